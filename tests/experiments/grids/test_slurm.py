"""Grids under SLURM, as far as that can be tried without one: the script, and what is said of what is missing."""

import sys

import dask
import pytest

from adahlib.errors import AdahError
from adahlib.experiments.grids.engine import SLURM_WORKER, certificate, slurm_cluster


def test_slurm_jobs_are_one_worker_each(tmp_path):
    """The script that SLURM gets; ``test_engine`` runs it where there is a SLURM."""
    from dask_jobqueue import SLURMCluster

    places = {"queue": "gpu", "memory": "8GB", "shared_temp_directory": str(tmp_path)}
    script = SLURMCluster(**SLURM_WORKER, **places, security=certificate()).job_script()
    assert f"--tls-key {tmp_path}/" in script and "tls://" in script
    assert "#SBATCH -p gpu" in script and "--nthreads 1" in script and "--nworkers" not in script


def test_slurm_without_dask_jobqueue_is_one_sentence(monkeypatch):
    monkeypatch.setitem(sys.modules, "dask_jobqueue", None)
    with pytest.raises(AdahError, match=r'dask_jobqueue: pip install "adahlib\[slurm\]"'):
        slurm_cluster(1)


def test_slurm_without_what_it_needs_is_one_sentence(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with dask.config.set({"jobqueue.slurm.memory": None}), pytest.raises(AdahError, match="a job's memory"):
        slurm_cluster(1)
    with dask.config.set({"jobqueue.slurm.memory": "8GB"}), pytest.raises(AdahError, match="command sbatch, which is"):
        slurm_cluster(1)
    (tmp_path / "sbatch").write_text("#!/bin/sh\n")
    (tmp_path / "sbatch").chmod(0o755)
    with dask.config.set({"jobqueue.slurm.memory": "much"}), pytest.raises(AdahError, match="interpret 'much'"):
        slurm_cluster(1)
