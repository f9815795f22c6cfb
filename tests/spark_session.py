"""One Spark for a whole run of tests: starting it takes longest.

``spark_beside`` gives an engine with views of its own in that one Spark.  Where Spark
must be there, set ``CANDELA_REQUIRE_SPARK=1``: its absence is then a failure, since a
skip is not a pass.
"""

from __future__ import annotations

import atexit
import functools
import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from candela.engine.spark import SparkEngine, open_spark
from candela.engine.spark_session import Session, local_session
from candela.errors import InputError

# Queries of tests are small and many: compiling them well takes longer than a run.
LIGHT_JAVA = "-XX:TieredStopAtLevel=1"


@functools.cache
def _started() -> Session | str:
    """The session, or why there is none."""
    os.environ["JAVA_TOOL_OPTIONS"] = LIGHT_JAVA
    try:
        session = local_session(memory_bytes=700_000_000, threads=2)
    except InputError as error:
        return str(error)
    finally:
        del os.environ["JAVA_TOOL_OPTIONS"]
    atexit.register(session.close)
    return session


@contextmanager
def spark_beside() -> Iterator[SparkEngine]:
    """An engine in the one session of this run."""
    session = _started()
    if isinstance(session, str):
        if os.environ.get("CANDELA_REQUIRE_SPARK") == "1":
            pytest.fail(session)
        pytest.skip(session)
    with open_spark(session.spark) as engine:
        yield engine


@pytest.fixture
def spark() -> Iterator[SparkEngine]:
    """Spark, with views of its own for this test."""
    with spark_beside() as engine:
        yield engine
