"""The API reference: everything public has its entry, in both languages, and leads to where it is explained."""

import json
from importlib import import_module
from textwrap import dedent

import griffe
import pytest
from bs4 import BeautifulSoup
from faults import DELETE, EN, PAGES, ZH, Edit, Fault, add, static
from mkdocstrings import Inventory
from samples import ROOT

from dlref.site.elsewhere import ADDRESSES, own_of_torch
from dlref.site.project import Project
from dlref.site.public import BACKENDS, public_names, topics
from dlref.site.unchanged import is_current, remember

API_ZH, API_EN = "docs/zh/api-scaling.md", "docs/en/api-scaling.md"
CODE = "src/dlref/numpy/scaling.py"
FAULTS = (
    Fault(
        "unknown topic",
        add(PAGES, '--8<-- "dlref.nothing"'),
        EN,
        "dlref.nothing holds nothing public; the topics are scaling",
        at="dlref.nothing",
        count=2,
    ),
    Fault(
        "no page",
        (Edit(API_ZH, "", DELETE), Edit(API_EN, "", DELETE)),
        CODE,
        'double stands on no reference page: docs/en/api-scaling.md, with --8<-- "dlref.scaling", is missing',
        at="def double",
        count=2,
    ),
    Fault(
        "new topic",
        (
            Edit("src/dlref/numpy/other.py", "", '"""Other."""\n\n\ndef half(x):\n    return x / 2\n'),
            Edit("src/dlref/numpy/__init__.py", "double\n", "double\nfrom dlref.numpy.other import half\n"),
            Edit("src/dlref/numpy/__init__.py", '["double"]', '["double", "half"]'),
        ),
        "src/dlref/numpy/other.py",
        "dlref.numpy.half stands on no reference page",
        at="def half",
        count=2,
    ),
    Fault(
        "in one language",
        Edit(API_ZH, '\n--8<-- "dlref.scaling"\n', "\n"),
        API_ZH,
        "no counterpart for snippet dlref.scaling",
        count=2,
    ),
    Fault(
        "topic twice",
        add(PAGES, '--8<-- "dlref.scaling"'),
        ZH,
        "dlref.scaling stands already on docs/zh/api-scaling.md",
        at="dlref.scaling",
        count=2,
    ),
    Fault(
        "heading that takes an entry's anchor",
        tuple(Edit(path, '\n--8<-- "dlref.s', '\n## x { #double }\n\n--8<-- "dlref.s') for path in (API_ZH, API_EN)),
        API_EN,
        "anchor #double stands already",
        count=2,
    ),
    Fault("dead entry", add(PAGES, "[x](api-scaling.md#triple)"), EN, "has no #triple", at="#triple", count=2),
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_fault_is_found(fault: Fault, sample: Project) -> None:
    fault.plant(sample)
    fault.judge(sample, static(sample))


def test_entries_can_be_linked(sample):
    add(PAGES, "[x](api-scaling.md#double) [y](api-scaling.md#dlref.torch.double)").apply(sample)
    assert [one for one in static(sample) if "has changed since" not in one.message] == []


def page(project: Project, name: str) -> BeautifulSoup:
    return BeautifulSoup((project.site / name / "index.html").read_text("utf-8"), "html.parser")


@pytest.mark.parametrize(
    ("folder", "explained", "source"),
    [("", "讲解见加倍", "源代码位于"), ("en/", "Explained in Doubling", "Source code in")],
)
def test_an_entry_has_its_twins_their_source_and_the_way_to_its_page(built, folder, explained, source):
    article = page(built, f"{folder}api-scaling").article
    assert article.find(id="double").name == "h3"
    for backend, label in BACKENDS.items():
        entry = article.find(id=f"dlref.{backend}.double").find_parent(class_="doc-object")
        assert "Return twice number." in entry.get_text()
        assert source in entry.select_one("details > summary").get_text()
        assert "def double(number):" in entry.select_one("details code.language-python, details pre").get_text()
        assert f"src/dlref/{backend}/scaling.py:4 · 1" in entry.select_one(".verified").get_text()
        assert label in article.select_one(".tabbed-labels").get_text()
    leads = article.select_one(".leads")
    assert leads.get_text() == explained
    assert leads.a["href"] == "../sample/#code"
    names = [link.get_text() for link in article.select(".api-names a")]
    assert names[1:] == ["double"]


def test_an_implementation_leads_to_its_entry(built):
    links = page(built, "en/sample").select(".verified a.entry")
    assert [link["href"] for link in links] == ["../api-scaling/#double"] * 2


@pytest.mark.parametrize(("folder", "title"), [("", "double"), ("en/", "double")])
def test_search_finds_names_and_leaves_docstrings_out(built, folder, title):
    entries = json.loads((built.site / folder / "search/search_index.json").read_text("utf-8"))["docs"]
    found = {entry["location"]: entry for entry in entries if entry["location"].startswith("api-scaling/")}
    assert set(found) == {"api-scaling/", "api-scaling/#double"}  # what a module's docstring says is no entry
    assert found["api-scaling/"]["boost"] < 1 < found["api-scaling/#double"]["boost"]
    assert title in found["api-scaling/#double"]["title"]
    assert "twice" not in json.dumps(found)


@pytest.mark.parametrize("folder", ["", "en/"])
def test_the_inventory_names_every_entry_at_its_place(built, folder):
    with (built.site / folder / "objects.inv").open("rb") as file:
        found = Inventory.parse_sphinx(file)
    for backend in BACKENDS:
        item = found[f"dlref.{backend}.double"]
        assert (item.domain, item.role) == ("py", "function")
        path, _, anchor = item.uri.replace("$", item.name).partition("#")
        assert page(built, f"{folder}{path.rstrip('/')}").find(id=anchor)


def test_a_changed_docstring_makes_the_site_stale(copy):
    remember(copy)
    assert is_current(copy)
    Edit(CODE, "Return twice", "Give twice").apply(copy)
    assert not is_current(copy)


def test_names_are_found_wherever_they_are_defined(tmp_path):
    files = {
        "numpy/__init__.py": """
            from dlref.numpy.a import f
            from dlref.numpy import b
            from dlref.numpy.d import g
            from elsewhere import h
            __all__ = ["f", "b", "g", "h"]
        """,
        "numpy/a/__init__.py": "from dlref.numpy.a.deep import f\n__all__ = ['f']\n",
        "numpy/a/deep.py": "def f(): ...\n",
        "numpy/b.py": "def _hidden(): ...\nclass C: ...\nD = int\n",
        "torch/__init__.py": "from dlref.torch.a import f\n__all__ = ['f']\n",
        "torch/a.py": "def f(): ...\n",
        "numpy/d/__init__.py": "from dlref.shared import g\n__all__ = ['g']\n",
        "shared.py": "def g(): ...\ndef helper_of_both(): ...\n",
        "data.py": "import os\ndef load(): ...\ndef _helper(): ...\n",
        "checks/__init__.py": "def check(): ...\n",
    }
    for name, text in files.items():
        path = tmp_path / "src/dlref" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), "utf-8")
    found = {one.path: (one.place, one.line) for one in public_names(Project(tmp_path))}
    assert found == {
        "dlref.data.load": (("data",), 2),
        "dlref.numpy.f": (("a", "deep"), 1),
        "dlref.numpy.b.C": (("b",), 2),
        "dlref.numpy.g": (("d",), 1),
        "dlref.torch.f": (("a",), 1),
    }
    (twins,) = topics(Project(tmp_path))["a"]  # one entry, though their files have different names
    assert [one.path for one in twins.found] == ["dlref.numpy.f", "dlref.torch.f"]


@pytest.mark.parametrize("backend", BACKENDS)
def test_no_public_name_is_overlooked(backend):
    found = {one.path for one in public_names(Project(ROOT))}
    module = import_module(f"dlref.{backend}")
    ours = [name for name in module.__all__ if getattr(vars(module)[name], "__module__", "dlref").startswith("dlref")]
    missing = {f"dlref.{backend}.{name}" for name in ours} - found
    modules = {name for name in missing if any(path.startswith(f"{name}.") for path in found)}
    assert missing - modules == set()


def test_pytorchs_own_is_known_by_name():
    assert own_of_torch("relu") == (
        "torch.nn.functional.relu",
        "https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.relu.html",
    )
    assert own_of_torch("SGD")[0] == "torch.optim.SGD"
    assert own_of_torch("kaiming_uniform_")[1].endswith("/nn.init.html#torch.nn.init.kaiming_uniform_")
    assert own_of_torch("clip_grad_norm_")[0] == "torch.nn.utils.clip_grad_norm_"
    assert own_of_torch("double") is None
    assert own_of_torch("rnn") is None  # torch.nn.utils.rnn is a module
    assert all(address.startswith("https://") for address in ADDRESSES.values())


def test_parameters_named_together_keep_their_own_defaults(tmp_path):
    (tmp_path / "taps.py").write_text(
        "class Tap:\n"
        '    """A tap.\n\n    Parameters\n    ----------\n    width, height\n        in metres\n    """\n\n'
        "    def __init__(self, width=1, height=2):\n        pass\n\n"
        "    def turn(self, angle, force=3):\n"
        '        """Turn.\n\n        Parameters\n        ----------\n        angle, force : float\n'
        '            of the hand\n        """\n'
    )
    extensions = griffe.load_extensions("dlref.site.defaults")
    module = griffe.load("taps", search_paths=[tmp_path], docstring_parser="numpy", extensions=extensions)
    for shown, defaults in ((module["Tap"], ["1", "2"]), (module["Tap.turn"], [None, "3"])):
        section = next(one for one in shown.docstring.parsed if one.kind is griffe.DocstringSectionKind.parameters)
        assert [one.value for one in section.value] == defaults
