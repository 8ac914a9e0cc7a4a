"""The command line: `koopopt COMMAND …`.

Thin: a command reads its options, calls the library and shows what comes back. Only click is
imported up here; everything heavier is imported by the command that needs it.
"""

from __future__ import annotations

from koopopt.cli.early import heard
from koopopt.system.algebra import one_thread

one_thread()  # before numpy is imported
with heard():
    from koopopt.cli.bench import bench
    from koopopt.cli.calibrate import calibrate
    from koopopt.cli.choose import choose
    from koopopt.cli.compare import compare
    from koopopt.cli.conflicts import conflicts
    from koopopt.cli.data import check, generate, new
    from koopopt.cli.evaluate import evaluate
    from koopopt.cli.export import export
    from koopopt.cli.front import front
    from koopopt.cli.grant import grant
    from koopopt.cli.importing import import_
    from koopopt.cli.leave import leave
    from koopopt.cli.library import instances, models, plugins, solvers
    from koopopt.cli.live import live
    from koopopt.cli.price import price
    from koopopt.cli.ranges import ranges
    from koopopt.cli.report import report
    from koopopt.cli.roadmap import roadmap
    from koopopt.cli.root import Root
    from koopopt.cli.run import run
    from koopopt.cli.scenarios import scenarios
    from koopopt.cli.schema import schema
    from koopopt.cli.share import share
    from koopopt.cli.solve import solve
    from koopopt.cli.stable import stable
    from koopopt.cli.travel import travel
    from koopopt.cli.verify import verify
    from koopopt.cli.whatif import whatif
    from koopopt.text import T

main = Root(
    "koopopt",
    text=T(
        "Which municipalities should pool which services, with whom, seated where, in which"
        " legal form?"
    ),
    commands=[
        solve,
        front,
        choose,
        verify,
        report,
        live,
        leave,
        share,
        stable,
        conflicts,
        whatif,
        price,
        ranges,
        scenarios,
        grant,
        roadmap,
        compare,
        evaluate,
        check,
        new,
        run,
        generate,
        import_,
        calibrate,
        travel,
        models,
        instances,
        solvers,
        bench,
        schema,
        plugins,
        export,
    ],
)
"""The entry point: a command to be called, which ends the process with its exit code."""
