"""The process of tasks: read an order on standard input, answer in lines of JSON, and so on until
there is none."""

from __future__ import annotations

import json
import os
import sys
import traceback
from typing import Any, TextIO

from hrdgraph.errors import HrdgraphError, reason_of
from hrdgraph.workbench_app.tasks.named import TASKS, preload


def main() -> None:
    """Load what tasks need, wait for one, do it; and so on until nobody can order any more."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)  # what a library prints is no answer
    preload()
    for line in sys.stdin:
        order = json.loads(line)
        _tell(answers, _run(order["task"], order["given"], answers))


def _run(task: str, given: dict[str, Any], answers: TextIO) -> dict[str, Any]:
    def progress(stage: str, done: int, total: int) -> None:
        _tell(answers, {"progress": [stage, done, total]})

    try:
        return {"result": TASKS[task](given, progress)}
    except HrdgraphError as error:
        return {"error": error.as_dict()}
    except OSError as error:
        return {"error": HrdgraphError("library-says", reason=reason_of(error)).as_dict()}
    except Exception as error:  # a fault is told to who waits for the task
        traceback.print_exc()
        fault = HrdgraphError(
            "task-fault", hint="please-report", reason=f"{type(error).__name__}: {error}"
        )
        return {"error": fault.as_dict()}


def _tell(answers: TextIO, message: dict[str, Any]) -> None:
    answers.write(json.dumps(message, ensure_ascii=False) + "\n")
    answers.flush()
