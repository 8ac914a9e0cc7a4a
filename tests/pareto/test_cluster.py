"""A Dask cluster works as other processes do: it finds the same, stops, and its deaths are told."""

import json
import subprocess
import sys
from contextlib import ExitStack

import pytest

from koopopt.errors import SolverError
from koopopt.exchange import write_mps
from koopopt.pareto.find import front
from pareto import standins
from pareto.clusters import Cluster
from pareto.crews import SMALL, agree, stopped


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    pytest.importorskip("distributed")
    with ExitStack() as stack:
        yield Cluster(stack, tmp_path_factory.mktemp("dask"))


@pytest.fixture
def client(cluster):
    from distributed import Client

    with Client(cluster.address, timeout=20) as client:
        client.wait_for_workers(2, timeout=20)
        yield client


def test_a_cluster_finds_the_same(client, right):
    agree(right, workers=3, executor=client.get_executor())
    before = {worker: len(data) for worker, data in client.run(_known).items()}
    assert sum(before.values()) >= 2  # it was they who made oracles
    assert len(before) == 2


def _known():
    from koopopt.pareto.workers import _oracles

    return list(map(str, _oracles))


def test_the_command_line_of_a_cluster(cluster, client, right, tmp_path):
    write_mps(SMALL, tmp_path / "model.mps")
    command = [sys.executable, "-m", "koopopt", "front", "--model", str(tmp_path / "model.mps")]
    command += ["--dask", cluster.address, "--json", "--quiet", "--no-journal"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    table = json.loads(done.stdout)
    assert table["complete"]
    values = [list(point["criteria"].values()) for point in table["points"]]
    assert values == right[0].tolist()


def test_a_search_on_a_cluster_can_be_stopped(client):
    stopped(3.0, workers=2, executor=client.get_executor())


def test_a_worker_of_a_cluster_that_dies_is_replaced_by_another(cluster, client, right):
    dead = []

    def kill(progress):
        if not dead:
            dead.append(cluster.workers[0])
            dead[0].kill()

    found = front(SMALL, workers=2, executor=client.get_executor(), on_progress=kill)
    cluster.workers.append(cluster.worker())
    assert dead
    assert found.complete
    assert found.values.tolist() == right[0].tolist()


def test_a_question_that_kills_every_worker_is_told(cluster, client):
    for _ in range(3):  # Dask asks no more than four
        cluster.workers.append(cluster.worker())
    client.wait_for_workers(4, timeout=20)
    with pytest.raises(SolverError, match="A worker died"):
        front(SMALL, workers=1, executor=client.get_executor(), solver=standins.Dying())
