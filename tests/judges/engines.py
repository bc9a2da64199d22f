"""axe and IBM's engine, asked about the page that is open in a real browser."""

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]
# Width, what the system asks for, what a page's own switch says, what is judged. A
# theme changes colours alone, so that one theme at each width is judged in full.
LOOKS = [
    (360, "light", "auto", TAGS),
    (360, "dark", "auto", COLOURS),
    (1280, "light", "auto", COLOURS),
    (1280, "dark", "auto", TAGS),
]


def ask_axe(tab, rules=TAGS):
    # It sees that a word is an icon only once the icons' font is there.
    result = tab.evaluate(
        """async (rules) => {
            await new Promise(requestAnimationFrame);
            await document.fonts.ready;
            return axe.run(document, {runOnly: rules, resultTypes: ["violations"]});
        }""",
        rules,
    )
    return [
        f"{violation['id']}: {node['target']}: {node['failureSummary']}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]


def judge(tab, looks=LOOKS):
    """What axe finds on the page that is open, by how it was looked at."""
    found = {}
    for width, system, switch, rules in looks:
        tab.set_viewport_size({"width": width, "height": 900})
        tab.emulate_media(color_scheme=system)
        tab.evaluate("to => document.documentElement.dataset.theme = to", switch)
        if messages := ask_axe(tab, rules):
            found[f"{width} px, {system}, {switch}"] = messages
        wide = tab.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            found[f"{width} px"] = f"scrolls sideways: {wide} px"
    return found


def ask_ibm(tab):
    """What IBM's engine calls a violation on the page that is open.

    It takes a label for none that is seen by no eye or lies in a closed `details`.
    """
    return tab.evaluate("""async () => {
        for (const details of document.querySelectorAll("details")) details.open = true;
        for (const label of document.querySelectorAll("label.visually-hidden"))
            label.classList.remove("visually-hidden");
        const report = await new ace.Checker().check(document, ["WCAG_2_2"]);
        return report.results
            .filter(({value}) => value[0] === "VIOLATION" && value[1] === "FAIL")
            .map(({ruleId, message, path}) => `${ruleId}: ${path.dom}: ${message}`);
    }""")
