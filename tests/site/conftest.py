"""A sample site, small enough to be run whole in two seconds: one page pair with one of everything."""

import shutil
from pathlib import Path

import pytest
from samples import make_sample

from dlref.site.build import build
from dlref.site.check import check
from dlref.site.project import Project

collect_ignore = ["sample"]


@pytest.fixture(scope="session")
def verified(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample after a full check: its record holds everything that it shows."""
    project = make_sample(tmp_path_factory.mktemp("verified") / "site")
    assert check(project) == []
    return project.root


@pytest.fixture
def sample(verified: Path, tmp_path: Path) -> Project:
    """A verified copy of the sample, to be damaged."""
    root = tmp_path / "site"
    shutil.copytree(verified, root, symlinks=True)
    return Project(root)


@pytest.fixture(scope="session")
def built(verified: Path, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The sample site, built once; tests that damage it take a copy."""
    root = tmp_path_factory.mktemp("built") / "site"
    shutil.copytree(verified, root, symlinks=True)
    build(Project(root))
    return Project(root)


@pytest.fixture
def copy(built: Project, tmp_path: Path) -> Project:
    """A copy of the built sample, to be damaged."""
    shutil.copytree(built.root, tmp_path / "copy", symlinks=True)
    return Project(tmp_path / "copy")
