"""Trials without work in Optuna, on one of its stores: prints trials per second.

usage: optuna_trials.py memory|sqlite|journal TRIALS FOLDER
"""

import os
import sys
import time

import optuna

STORE, TRIALS, FOLDER = sys.argv[1], int(sys.argv[2]), sys.argv[3]


def open_store():
    if STORE == "memory":
        return None
    if STORE == "sqlite":
        return "sqlite:///" + os.path.join(FOLDER, "optuna.db")
    return optuna.storages.JournalStorage(optuna.storages.JournalFileStorage(os.path.join(FOLDER, "optuna.log")))


def objective(trial):
    sparsity = trial.suggest_float("sparsity", 0.0, 1.0)
    return sparsity, 1.0 - sparsity


optuna.logging.set_verbosity(optuna.logging.ERROR)
study = optuna.create_study(storage=open_store(), directions=["maximize", "minimize"], sampler=optuna.samplers.RandomSampler(seed=0))
study.optimize(objective, n_trials=20)
begun = time.perf_counter()
study.optimize(objective, n_trials=TRIALS)
print(TRIALS / (time.perf_counter() - begun))
