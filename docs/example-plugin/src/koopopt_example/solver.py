"""A back end: HiGHS once more, as plainly as can be."""

from __future__ import annotations

from importlib.metadata import version

import highspy
import numpy as np

from koopopt.solvers import Control, Feature, Termination
from koopopt.solvers.backend import BackEnd
from koopopt.solvers.supervise import Brake
from koopopt.solvers.task import SolverAnswer, SolverTask

ENDINGS = {
    highspy.HighsModelStatus.kOptimal: Termination.OPTIMAL,
    highspy.HighsModelStatus.kInfeasible: Termination.INFEASIBLE,
    highspy.HighsModelStatus.kTimeLimit: Termination.TIME_LIMIT,
}


class Tiny(BackEnd):
    """Only translates; limits, interrupts and checks are shared by all back ends."""

    name = "tiny"
    features = frozenset({Feature.CONTINUOUS, Feature.GAP, Feature.TIME_LIMIT})

    def version(self) -> str:
        """Return the version of the library."""
        return version("highspy")

    def _run(self, task: SolverTask, control: Control, brake: Brake) -> SolverAnswer:
        solver = highspy.Highs()
        solver.setOptionValue("output_flag", False)
        solver.setOptionValue("mip_rel_gap", task.gap)
        if task.seconds is not None:
            solver.setOptionValue("time_limit", task.seconds)
        solver.passModel(_translated(task))
        solver.run()
        ending = ENDINGS.get(solver.getModelStatus(), Termination.ERROR)
        held = solver.getSolution()
        values = np.array(held.col_value) if held.value_valid else None
        whole = bool(task.model.integer.any())
        info = solver.getInfo()
        bound = info.mip_dual_bound if whole else None
        if not whole and ending is Termination.OPTIMAL:
            bound = info.objective_function_value
        return SolverAnswer(ending, values, bound)


def _translated(task: SolverTask) -> highspy.HighsLp:
    model, program = task.model, highspy.HighsLp()
    program.num_row_, program.num_col_ = model.shape
    program.offset_ = task.offset
    program.col_cost_ = task.cost
    program.col_lower_, program.col_upper_ = model.lower, model.upper
    program.row_lower_, program.row_upper_ = model.row_lower, model.row_upper
    program.a_matrix_.start_ = model.start
    program.a_matrix_.index_ = model.index
    program.a_matrix_.value_ = model.value
    kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
    program.integrality_ = [kinds[int(whole)] for whole in model.integer]
    return program
