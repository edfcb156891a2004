"""Planted faults in figures and pictures, and in what would be loaded from elsewhere."""

import pytest
from faults import DELETE, EN, PAGES, ZH, Edit, Fault, add, static
from samples import draw_manifest

SVG = "docs/assets/figures/sample/line.en.svg"
EXPERIMENT, TEST = "src/dlref/experiments/sample.py", "tests/claims/test_sample.py"
CDN = "https://cdn.example.org/x"
LOADED = "loads a resource from another host"

FIGURES = (
    Fault(
        "not redrawn",
        Edit("src/dlref/figures/sample.py", "SLOPE", "LINE"),
        SVG,
        "has changed since this figure was drawn",
        count=2,
    ),
    Fault(
        "not redrawn for its data",
        Edit(EXPERIMENT, "1.2e-13", "1.3e-13"),
        SVG,
        "has changed since this figure was drawn",
        count=2,
    ),
    Fault(
        "its code is gone",
        Edit("src/dlref/figures/sample.py", "", DELETE),
        SVG,
        "has changed since this figure was drawn",
        count=2,
    ),
    Fault("edited by hand", Edit(SVG, "25.5", "25.6"), SVG, "figure differs from what was drawn"),
    Fault("deleted", Edit(SVG, "", DELETE), SVG, "figure is missing", count=2),
    Fault(
        "drawn by nothing",
        Edit("docs/assets/figures/sample/b.svg", "", "<svg/>"),
        "docs/assets/figures/sample/b.svg",
        "no code draws this figure",
    ),
    Fault(
        "wrong language",
        Edit(EN, "line.en.svg", "line.zh.svg"),
        EN,
        "is not labelled in the page's language",
        at="line.zh",
        count=2,
    ),
    Fault(
        "no alternative",
        Edit(EN, "A straight line through the origin", ""),
        EN,
        "needs a text alternative",
        at="line.en",
    ),
    Fault(
        "Chinese alternative",
        Edit(EN, "A straight line through the origin", "直线"),
        EN,
        "needs a text alternative",
        at="直线",
    ),
    Fault("English alternative", Edit(ZH, "过原点的一条直线", "A line"), ZH, "needs a text alternative", at="A line"),
    Fault(
        "no such picture",
        add(PAGES, "![图 x](../assets/no.png)"),
        ZH,
        "picture ../assets/no.png does not exist",
        at="no.png",
        count=3,
    ),
    Fault("another host's picture", add(PAGES, f"![x 图]({CDN}.png)"), EN, "is on another host", at="![x", count=2),
)

RESOURCES = (
    *(
        Fault(f"page: {html[:12]}", add(PAGES, html), EN, LOADED, at=html.splitlines()[0], count=2)
        for html in (
            f'<script src="{CDN}.js"></script>',
            f'<img src="{CDN}.png">',
            f"<iframe src='{CDN}'></iframe>",
            f'<link rel="stylesheet" href="{CDN}.css">',
            '<video poster="//example.org/x.png"></video>',
            f"<style>p{{background:url({CDN}.png)}}</style>",
            f'<p style="background:url({CDN}.png)">x</p>',
            f'<style>@import "{CDN}.css";</style>',
            f'<script>fetch("{CDN}")</script>',
            f'<script type="module">import x from "{CDN}.js"</script>',
        )
    ),
    Fault("inline in a sentence", add(PAGES, f'See <img src="{CDN}.png"> here.'), EN, LOADED, at="See <img", count=2),
    *(
        Fault(f"{path.rsplit('/')[-1]}: {text[:14]}", Edit(path, "", text), path, LOADED)
        for path, text in (
            ("docs/assets/x.css", f"p {{ background: url({CDN}.png) }}\n"),
            ("docs/assets/x.css", f'@import "{CDN}.css";\n'),
            ("docs/assets/x.js", f'fetch("{CDN}")\n'),
            ("docs/assets/x.js", f'import x from "{CDN}.js"\n'),
            ("docs/assets/x.svg", f'<svg><image href="{CDN}.png"/></svg>\n'),
            ("src/dlref/site/theme/x.html", f'<script src="{CDN}.js"></script>\n'),
            ("src/dlref/site/theme/x.html", f'<link rel="stylesheet" href="{CDN}.css">\n'),
            ("src/dlref/site/theme/x.html", f'<img src="{CDN}.png">\n'),
        )
    ),
)


@pytest.mark.parametrize("fault", [*FIGURES, *RESOURCES], ids=lambda fault: fault.name)
def test_what_is_wrong_around_the_pages_is_found(sample, fault):
    fault.plant(sample)
    if fault not in FIGURES:
        draw_manifest(sample)  # what changes an experiment would also ask for its figures
    fault.judge(sample, static(sample))
