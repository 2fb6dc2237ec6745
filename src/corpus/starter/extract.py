#!/usr/bin/env python3
"""Cut the official public files down to the codes of the starter corpus.

usage: extract.py DATA_DIR

Reads codes.tsv (CPT/HCPCS) and icd10cm.tsv beside this script, and the official files under
DATA_DIR; writes releases, ptp, mue, fee, add_on, period, relation and laterality (.tsv) beside
this script. Only codes, numbers, dates and indicators are written: no CPT descriptor (AMA) and no
note text. The same input gives the same bytes.
"""
import csv
import gzip
import io
import re
import sys
import xml.etree.ElementTree as ET
import zipfile
from collections import Counter, defaultdict
from pathlib import Path

HERE = Path(__file__).resolve().parent
Q2024 = ("2024-07-01", "2024-09-30")
Q2026 = ("2026-07-01", "2026-09-30")

# id: table, title, edition, from, to, scope, source. Only releases that gave a row are written.
# Scope says what absence proves. A `period` release is `complete` only if it lists every live code
# of the sets its title names; MUE, CLFS and deleted PTP edits name some live codes, so they are
# excerpts of the code set although the file itself is whole.
RELEASES = {
    "ncci-ptp-practitioner-2024q3": ("ptp", "NCCI PTP edits, practitioner, Medicare", "2024Q3", *Q2024, "complete",
        "CMS, NCCI PTP edits, practitioner (ccipra), 2024-07-01"),
    "ncci-ptp-hospital-2024q3": ("ptp", "NCCI PTP edits, outpatient hospital, Medicare", "2024Q3", *Q2024, "complete",
        "CMS, NCCI PTP edits, outpatient hospital (ccioph), 2024-07-01"),
    "ncci-ptp-practitioner-2026q3": ("ptp", "NCCI PTP edits, practitioner, Medicare", "2026Q3", *Q2026, "excerpt",
        "CMS, NCCI PTP edits, ccipra-v322r0-f1, practitioner, 2026-07-01"),
    "ncci-mue-practitioner-2024q3": ("mue", "NCCI MUE, practitioner, Medicare", "2024Q3", *Q2024, "complete",
        "CMS, MCR_MUE_PractitionerServices, 2024-07-01"),
    "ncci-mue-hospital-2024q3": ("mue", "NCCI MUE, outpatient hospital, Medicare", "2024Q3", *Q2024, "complete",
        "CMS, MCR_MUE_OutpatientHospitalServices, 2024-07-01"),
    "ncci-mue-dme-2024q3": ("mue", "NCCI MUE, DME supplier, Medicare", "2024Q3", *Q2024, "complete",
        "CMS, MCR_MUE_DMESupplierServices, 2024-07-01"),
    "ncci-mue-practitioner-2026q3": ("mue", "NCCI MUE, practitioner, Medicare", "2026Q3", *Q2026, "excerpt",
        "CMS, MCR_MUE_PractitionerServices_Eff_07-01-2026.csv"),
    "mpfs-rvu25d": ("fee", "Medicare physician fee schedule", "RVU25D",
        "2025-10-01", "2025-12-31", "complete", "CMS, RVU25D, PPRRVU2025_Oct.csv, released 2025-09-11"),
    "mpfs-rvu26c": ("fee", "Medicare physician fee schedule", "RVU26C",
        *Q2026, "excerpt", "CMS, RVU26C, PPRRVU2026_Jul_nonQPP.csv, released 2026-06-30"),
    "ncci-aoc-2024q3": ("add_on", "NCCI add-on code edits, Medicare", "2024Q3", *Q2024, "complete",
        "CMS, NCCI add-on code edits, file of 2024-06-03"),
    "rvu25d": ("period", "Medicare physician fee schedule, its codes",
        "RVU25D", "2025-10-01", "2025-12-31", "complete", "CMS, RVU25D, PPRRVU2025_Oct.csv, released 2025-09-11"),
    "ncci-mue-2024q3": ("period", "NCCI MUE tables, their codes", "2024Q3", *Q2024, "excerpt",
        "CMS, NCCI MUE tables, 2024-07-01"),
    "opps-addendum-b-2026q2": ("period", "OPPS Addendum B, its codes", "2026Q2",
        "2026-04-01", "2026-06-30", "complete", "CMS, OPPS Addendum B, April 2026"),
    "clfs-2026q3": ("period", "Clinical laboratory fee schedule, its codes", "2026Q3",
        *Q2026, "excerpt", "CMS, Clinical Laboratory Fee Schedule, CY2026 Q3"),
    "hcpcs-2024q3": ("period", "HCPCS Level II file", "2024Q3", *Q2024, "complete",
        "CMS, HCPCS alpha-numeric file, July 2024"),
    "ncci-ptp-deleted-2024q3": ("period", "NCCI PTP edits, deletions of codes", "2024Q3",
        *Q2024, "excerpt", "CMS, NCCI PTP edits, practitioner (ccipra), 2024-07-01"),
    "icd10cm-2025": ("period", "ICD-10-CM order file FY2025", "FY2025", "2024-10-01", "2025-09-30", "complete",
        "CDC/NCHS and CMS, icd10cm-order-2025.txt"),
    "icd10cm-2026": ("period", "ICD-10-CM order file FY2026", "FY2026", "2025-10-01", "2026-09-30", "complete",
        "CDC/NCHS and CMS, icd10cm-order-2026.txt"),
    "tabular-2026": ("relation", "ICD-10-CM tabular list, April 2026", "FY2026", "2026-04-01", "2026-09-30",
        "complete", "CDC/NCHS and CMS, icd10cm-tabular-April-1-2026.xml"),
}


def read_text(path):
    raw = path.read_bytes()
    return (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8")


def read_table(path):
    return list(csv.DictReader(io.StringIO(read_text(path), newline="")))


def read_list(name):
    """The codes of one of the two lists, in their order."""
    path = HERE / name
    if not path.exists():
        sys.exit(f"extract.py: {name} is missing beside the script")
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return list(dict.fromkeys(row["code"].strip() for row in rows))


def iso(date):
    """yyyymmdd, yyyy-mm-dd, blank or `*` (CMS: no data) to ISO or blank."""
    digits = date.replace("-", "").strip()
    if digits in ("", "*"):
        return ""
    if not re.fullmatch(r"\d{8}", digits):
        raise ValueError(f"not a date: {date!r}")
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"


# ---------------------------------------------------------------- NCCI

def ptp_lines(path, skip=0):
    """Rows of a PTP table. Layout: the 6-line header of the CMS ccipra/ccioph text files: column 1,
    column 2, in existence before 1996, effective date, deletion date (`*` = none), modifier
    indicator (0 not allowed, 1 allowed, 9 not applicable), rationale."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as file:
        for number, line in enumerate(file):
            if number >= skip:
                yield line.rstrip("\r\n").split("\t")


def ptp(data, codes):
    """PTP rows of the listed pairs; codes in an active table; deletion dates of the edits of each code
    (practitioner). Indicator 9 marks one-day edits that were never in force: their date says nothing."""
    rows, active, deleted = [], set(), defaultdict(Counter)
    tables = [(data / f"ncci/ptp_{short}_{state}_2024Q3.tsv.gz", 0, setting, f"ncci-ptp-{setting}-2024q3", state)
              for short, setting in (("prac", "practitioner"), ("out", "hospital"))
              for state in ("active", "deleted")]
    tables.append((data / "fixtures_2026/ccipra-v322r0-f1.excerpt.txt", 6, "practitioner",
                   "ncci-ptp-practitioner-2026q3", ""))
    for path, skip, setting, release, state in tables:
        for one, two, _, start, end, indicator, rationale in ptp_lines(path, skip):
            one_in, two_in = one in codes, two in codes
            if not (one_in or two_in):
                continue
            if state == "active":
                active.update((one, two))
            elif state == "deleted" and setting == "practitioner" and indicator != "9":
                for code in (one, two):
                    deleted[code][iso(end)] += 1
            if one_in and two_in:
                rows.append((one, two, setting, "medicare", iso(start), iso(end), indicator, rationale, release))
    return rows, active, deleted


def packed(rows):
    """The same edits in 1/35 of the bytes. A line has lists (space between) of column one codes, column two
    codes and settings with the release of each; it stands for every column one code with every column two
    code in every setting. No pair is lost or added (`unpacked` proves it)."""
    where = defaultdict(set)
    for one, two, setting, program, start, end, indicator, rationale, release in rows:
        where[one, two, program, start, end, indicator, rationale].add((setting, release))
    alike = defaultdict(lambda: defaultdict(set))  # the other columns: column one: column two codes
    for (one, two, *rest), found in where.items():
        settings, releases = zip(*sorted(found))
        alike[(" ".join(settings), *rest, " ".join(releases))][one].add(two)
    lines = []
    for key, twos in sorted(alike.items()):
        width = sum(map(len, key)) + len(key)
        while twos:  # take the list of column two codes whose line saves most
            def worth(codes):
                holders = sum(codes <= held for held in twos.values())
                return holders * len(codes) / (width + 6 * holders + 6 * len(codes)), sorted(codes)
            codes = max(set(map(frozenset, twos.values())), key=worth)
            holders = sorted(one for one, held in twos.items() if codes <= held)
            lines.append((" ".join(holders), " ".join(sorted(codes)), *key))
            twos = {one: held - codes if one in holders else held for one, held in twos.items()}
            twos = {one: held for one, held in twos.items() if held}
    if unpacked(lines) != set(rows):
        raise ValueError("packing changed the edits")
    return lines


def unpacked(lines):
    return {(one, two, setting, *rest, release)
            for ones, twos, settings, *rest, releases in lines
            for setting, release in zip(settings.split(), releases.split())
            for one in ones.split() for two in twos.split()}


def mue(data, codes):
    """MUE rows of the listed codes, and every code of the 2024 tables."""
    rows, listed = [], set()
    for file, setting in (("mue_practitioner_2024-07.csv.gz", "practitioner"),
                          ("mue_outpatient_hospital_2024-07.csv.gz", "hospital"),
                          ("mue_dme_2024-07.csv", "dme")):
        for row in read_table(data / "ncci" / file):
            code = row["hcpcs_code"]
            listed.add(code)
            if code in codes:
                rows.append((code, setting, row["mue_units"], row["mue_mai"], row["mue_rationale"],
                             f"ncci-mue-{setting}-2024q3"))
    # Layout of the CMS csv: a notice record, a header record, then code, MUE value, MAI (its first
    # character; the rest explains it), rationale.
    text = read_text(data / "fixtures_2026/MCR_MUE_PractitionerServices_Eff_07-01-2026.excerpt.csv")
    for record in list(csv.reader(io.StringIO(text, newline="")))[2:]:
        if record and record[0] in codes:
            code, units, mai, rationale = record[:4]
            rows.append((code, "practitioner", units, mai[0], rationale, "ncci-mue-practitioner-2026q3"))
    return rows, listed


def add_on(data, codes):
    """Listed add-on codes with their listed primaries (all primaries where none is listed, so that the code
    is still known as an add-on); `listed` = how many the file has. Types 1, 2, 3 and the contractor-defined
    primary CCCCC: NCCI policy manual, chapter I, sections R and W."""
    primaries = defaultdict(dict)
    for row in read_table(data / "ncci/aoc_2024-06.csv"):
        primaries[row["add_on_code"]][row["primary_code"]] = row["aoc_edit_type"]
    rows = []
    for code in sorted(codes & primaries.keys()):
        count = sum(primary != "CCCCC" for primary in primaries[code])
        kept = {primary for primary in primaries[code] if primary in codes or primary == "CCCCC"}
        rows += [(code, primary, primaries[code][primary], "ncci-aoc-2024q3", str(count))
                 for primary in kept or primaries[code]]
    return rows


# ---------------------------------------------------------------- physician fee schedule

# Stacked header text of PPRRVU (RVU25D.pdf record layout; CY2026 adds PRIC IND) to our column.
FEE_COLUMNS = ["HCPCS", "MOD", "STATUS CODE", "GLOB DAYS", "PCTC IND", "MULT PROC", "BILAT SURG", "ASST SURG",
               "CO- SURG", "TEAM SURG", "ENDO BASE", "WORK RVU", "NON-FAC PE RVU", "FACILITY PE RVU", "MP RVU"]


def fee(data, codes):
    """Relative value rows of the listed codes, and the codes that RVU25D lists as live."""
    rows, live = [], set()
    for file, release in (("mpfs/rvu25d/PPRRVU2025_Oct.csv.gz", "mpfs-rvu25d"),
                          ("fixtures_2026/PPRRVU2026_Jul_nonQPP.excerpt.redacted.csv", "mpfs-rvu26c")):
        records = list(csv.reader(io.StringIO(read_text(data / file), newline="")))
        last = next(n for n, record in enumerate(records) if record[0].strip() == "HCPCS")
        names = [" ".join(" ".join(record[i] for record in records[:last + 1] if i < len(record)).split())
                 for i in range(len(records[last]))]
        index = [names.index(name) for name in FEE_COLUMNS]
        for record in records[last + 1:]:
            if not record or not record[0].strip():
                continue
            values = [record[i].strip() for i in index]
            if values[0] in codes:
                rows.append((*values, release))
            # Status codes: Pub. 100-04, chapter 23, section 30.2.2. D and F are deleted codes (H is only a
            # deleted 26/TC component). All others live: I and N are about Medicare, not about the code.
            if release == "mpfs-rvu25d" and values[2] not in ("D", "F"):
                live.add(values[0])
    return rows, live


# ---------------------------------------------------------------- life of a code

def code_set(code):
    return "cpt" if code[0].isdigit() else "cdt" if code[0] == "D" else "hcpcs"


def procedure_periods(data, codes, rvu_live, mue_listed, active, deleted):
    """What each release says about a CPT or HCPCS code: a row without dates = live in the period of the
    release. billable 1 = may be reported as a code within from..to, whether or not Medicare pays."""
    # HCPCS record layout: the termination date is the last date on which the code may be used.
    hcpcs = {row["hcpcs_code"]: (iso(row["date_added"]), iso(row["date_term"]))
             for row in read_table(data / "hcpcs/hcpcs_level2_attributes_2024-07.csv")}
    # The July 2024 MUE tables still hold a few codes that ended on 2024-06-30 (C9787, C9790).
    ended = {code for code, (_, end) in hcpcs.items() if end and end < Q2024[0]}
    live = {
        "rvu25d": rvu_live,
        "ncci-mue-2024q3": mue_listed - ended,
        # Addendum D1: status D = discontinued; every other status, also E1 (not covered), M and B
        # (not payable here), is about OPPS payment of a live code.
        "opps-addendum-b-2026q2": {
            row["HCPCSCode"] for row in read_table(data / "opps/opps_addendum_b_2026-04.derived.csv.gz")
            if row["StatusIndicator"].strip() not in ("", "D")},
        "clfs-2026q3": {row["HCPCS"] for row in read_table(data / "clfs/clfs_cy2026_q3.derived.csv")},
    }
    rows = [(code, code_set(code), "", "", "1", release)
            for release, listed in live.items() for code in listed & codes]
    rows += [(code, code_set(code), *hcpcs[code], "1", "hcpcs-2024q3") for code in hcpcs.keys() & codes]
    # A code that no file above and no active PTP edit holds: CMS deletes the edits of a deleted code
    # on the code's last day (before 2005: at the end of its 90-day grace period), so the last deletion
    # date is the code's own. Edits of a live code are deleted for other reasons too, hence the two
    # conditions. Where there are ten or more edits, a date that only one of them has is a stray: one edit
    # of 99217 is dated 2023-12-31, 6,257 are dated 2022-12-31.
    anywhere = active.union(hcpcs, *live.values())
    for code in codes & deleted.keys():
        if code not in anywhere:
            dates = deleted[code]
            kept = [date for date, count in dates.items() if count > 1 or dates.total() < 10] or dates
            rows.append((code, code_set(code), "", max(kept), "1", "ncci-ptp-deleted-2024q3"))
    return rows


def order_file(text):
    """ICD-10-CM order file (icd10OrderFiles.pdf): 7-13 code, 15 flag 1 valid / 0 header, 78- long title."""
    return {line[6:13].strip(): (line[14], line[77:].strip()) for line in text.splitlines() if line.strip()}


def diagnosis_periods(wanted, old, new):
    rows = []
    for code in wanted:
        key = code.replace(".", "")
        if key in old:
            rows.append((code, "icd10cm", "", "" if key in new else "2025-09-30", old[key][0], "icd10cm-2025"))
        if key in new:
            rows.append((code, "icd10cm", "" if key in old else "2025-10-01", "", new[key][0], "icd10cm-2026"))
    return rows


# ---------------------------------------------------------------- ICD-10-CM tabular list

NOTE_KINDS = {"excludes1": "excludes1", "excludes2": "excludes2", "codeFirst": "code_first",
              "useAdditionalCode": "use_additional", "codeAlso": "code_also"}
# A code as notes write it: E10, E10.-, E10.2-, also the misprint E10.2.- of the official file.
CODE = re.compile(r"(?<![A-Za-z0-9.])([A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?)(?:(\.?-)(?![0-9A-Z])|(?![0-9A-Za-z]))")
POSITION = re.compile(r"\b(fifth|5th|sixth|six|seventh|7th)(?: (?:or|to) (?:six|sixth))?[ -]characters?"
                      r" \.?((?:[0-9A-Z](?:-\d)?(?: or )?)+)")
MOST = 40  # a conditional reference is written code by code up to this number


def dotted(key):
    return key if len(key) < 4 else f"{key[:3]}.{key[3:]}"


def covers(low, high, key):
    """Is the undotted code in the range (a prefix is the range of itself)?"""
    return key[:len(low)] >= low and key[:len(high)] <= high


class Tabular:
    def __init__(self, root, order):
        self.order = order
        self.parent = {child: node for node in root.iter() for child in node}
        self.nodes = {node.findtext("name").replace(".", ""): node for node in root.iter("diag")}
        self.notes = {}  # element -> parsed notes, filled on first use

    def references(self, text):
        """(low, high, target) of every code and range of a text, undotted ends and the written form."""
        found, previous = [], None
        for match in CODE.finditer(text):
            key, dash = match[1].replace(".", ""), bool(match[2])
            known = key in self.order or any(code.startswith(key) for code in self.order)
            joined = previous is not None and re.fullmatch(r"\s*(\.?-|to)\s*", text[previous:match.start()])
            if joined and found:
                low = found[-1][0]
                found[-1] = (low, key, f"{dotted(low)}-{dotted(key)}")
            elif known:  # else a vitamin (B12) or the like
                target = dotted(key) + (("-" if len(key) > 3 else ".-") if dash else "")
                found.append((key, key, target))
            previous = match.end()
        return found

    def inside(self, low, high):
        return [key for key in self.nodes if covers(low, high, key)]

    def written(self, keys):
        return [(key, key, dotted(key) + ("" if self.order[key][0] == "1" else "-" if len(key) > 3 else ".-"))
                for key in sorted(keys)]

    def conditional(self, found, text):
        """Narrow references such as `E08-E13 with .42` or `T36-T50 with fifth or sixth character 5` to the
        codes meant. Too many codes, or a 7th character: the reference keeps its form and the condition
        follows as `:position=characters` (position 6 also means the 5th where no 6th is used)."""
        position = POSITION.search(text)
        final = re.search(r"\bfinal characters? -?(\d+)", text)
        ending = re.search(r"\bwith (?:final characters )?(\.\d.*)", text)
        endings = re.findall(r"\.(\d+)", ending[1]) if ending else []
        if "open fracture 7th character" in text:
            node = self.nodes[found[0][0]]
            chars = "".join(e.get("char") for e in node.iter("extension") if "open fracture" in (e.text or ""))
            return self.masked(found, 7, "".join(sorted(set(chars))))
        if position:
            chars = re.sub(r"(\d)-(\d)", lambda m: "".join(map(str, range(int(m[1]), int(m[2]) + 1))), position[2])
            chars = chars.replace(" or ", "").strip()
            if position[1] in ("seventh", "7th"):
                return self.masked(found, 7, chars)
            last = " or " in position[0].split("character")[0] or position[1].startswith("six")
            if " to " in position[0]:  # fifth to sixth characters 51
                test = lambda key: key[4:] == chars
            elif last:  # the sixth, or the fifth where the code stops there
                test = lambda key: key[-1] in chars and (
                    len(key) == 6 or len(key) == 5 and self.nodes[key].find("diag") is None)
            else:
                test = lambda key: len(key) == 5 and key[4] in chars
            place = 6 if last else 5
        elif final and not endings:
            digits = final[1]
            test = lambda key: key[4 if len(digits) > 1 else 5:] == digits
            place, chars = 6, digits
        elif endings:
            test = lambda key: key[3:] in endings
            place, chars = 4, ",".join(endings)
        elif "with ketoacidosis" in text:
            test = lambda key: len(key) == 4 and "ketoacidosis" in self.order[key][1]
            place, chars = 4, ""
        else:
            return found
        keys = {key for low, high, _ in found for key in self.inside(low, high) if test(key)}
        return self.written(keys) if 0 < len(keys) <= MOST else self.masked(found, place, chars)

    @staticmethod
    def masked(found, place, chars):
        return [(low, high, f"{target}:{place}={chars}") for low, high, target in found]

    def parse(self, element):
        """The notes that stand directly at a chapter, section or code: (kind, low, high, target, scope)."""
        if element in self.notes:
            return self.notes[element]
        result = []
        for block in element:
            if block.tag not in NOTE_KINDS:
                continue
            scope = []
            for note in block.findall("note"):
                text = " ".join((note.text or "").split())
                parts = [part for part in re.findall(r"\(([^()]*)\)", text) if self.references(part)]
                if not parts:
                    parts = [re.sub(r"\([^()]*\)", " ", text)]  # codes written without parentheses
                if "for codes " in text:  # G31: the codes to which the block applies, not its targets
                    scope = self.references(text)
                    continue
                for part in parts:
                    found = self.references(part)
                    if found:
                        found = self.conditional(found, part)
                    result += [(NOTE_KINDS[block.tag], *reference, scope) for reference in found]
        self.notes[element] = result
        return result

    def node_of(self, key):
        """The element of a code; a code with a 7th character belongs to its base code."""
        if key not in self.nodes and len(key) == 7:
            key = key[:6].rstrip("X") if key[:6] not in self.nodes else key[:6]
        return self.nodes.get(key)

    def rows(self, code):
        key = code.replace(".", "")
        element = self.node_of(key)
        if element is None:
            return
        seventh = None
        while element.tag in ("diag", "section", "chapter"):
            at = (element.get("id") if element.tag == "section" else
                  element.findtext("name") if element.tag == "diag" else "chapter " + element.findtext("name"))
            for kind, low, high, target, scope in self.parse(element):
                if covers(low, high, key) and ":" not in target:
                    continue  # D72 excludes D72.824: not at D72.824 itself
                if not scope or any(covers(start, end, key) for start, end, _ in scope):
                    yield code, kind, target, at
            definition = element.find("sevenChrDef")
            if definition is not None and seventh is None:
                # The nearest definition counts, less the characters no valid code has (S06.1X7 has no D, S).
                base = key[:6] if len(key) == 7 else key
                used = {valid[6] for valid in self.order if len(valid) == 7 and valid.startswith(base)}
                seventh = sorted({e.get("char") for e in definition.findall("extension")} & used)
                yield code, "seventh", ",".join(seventh), at
            element = self.parent[element]


SIDE = re.compile(r"\b(right|left)\b", re.I)


def laterality(wanted, order):
    """Side of a code from its official title. Right, left and unspecified count only when the same
    category holds the title's counterpart (so not `left ventricular failure`)."""
    titles = defaultdict(set)
    for key, (_, title) in order.items():
        titles[key[:3]].add(title.lower())
    rows = []
    for code in wanted:
        key = code.replace(".", "")
        if key not in order:
            continue
        title, others = order[key][1].lower(), titles[key[:3]]
        sides = {side.lower() for side in SIDE.findall(title)}
        swapped = SIDE.sub(lambda m: "left" if m[0] == "right" else "right", title)
        sided = {SIDE.sub("unspecified", other) for other in others if SIDE.search(other)}
        if re.search(r"(?<!or )\bbilateral\b|\bboth (eyes|ears)\b", title):
            rows.append((code, "bilateral"))
        elif len(sides) == 1 and swapped in others:
            rows.append((code, sides.pop()))
        elif not sides and (title in sided or "unspecified side" in title):
            rows.append((code, "unspecified"))
    return rows


# ---------------------------------------------------------------- output

def write(name, header, rows):
    lines = sorted(set(rows))
    for row in lines:
        if len(row) != len(header.split()) or any("\t" in cell or "\n" in cell for cell in row):
            raise ValueError(f"{name}: bad row {row!r}")
    text = "".join("\t".join(row) + "\n" for row in [tuple(header.split()), *lines])
    (HERE / name).write_bytes(text.encode("utf-8"))
    print(f"{name}\t{len(lines)} rows\t{len(text.encode('utf-8'))} bytes")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    data = Path(sys.argv[1])
    codes, diagnoses = set(read_list("codes.tsv")), read_list("icd10cm.tsv")

    ptp_rows, active, deleted = ptp(data, codes)
    mue_rows, mue_listed = mue(data, codes)
    fee_rows, rvu_live = fee(data, codes)
    add_on_rows = add_on(data, codes)

    with zipfile.ZipFile(data / "icd10cm/ICD10-CM_Code_Descriptions_2025.zip") as archive:
        old = order_file(archive.read("icd10cm-order-2025.txt").decode("ascii"))
    new = order_file(read_text(data / "icd10cm/icd10cm-order-2026.txt.gz"))
    period_rows = procedure_periods(data, codes, rvu_live, mue_listed, active, deleted)
    period_rows += diagnosis_periods(diagnoses, old, new)

    tabular = Tabular(ET.fromstring(read_text(data / "icd10cm/icd10c-tabular-April-1-2026.xml.gz")), new)
    relation_rows = [(*row, "tabular-2026") for code in diagnoses for row in tabular.rows(code)]

    used = {row[-1] for row in ptp_rows + mue_rows + fee_rows + period_rows + relation_rows}
    used |= {row[3] for row in add_on_rows}
    write("releases.tsv", "id table title edition from to scope source",
          [(key, *value) for key, value in RELEASES.items() if key in used])
    write("ptp.tsv", "columns_one columns_two settings program from to indicator rationale releases",
          packed(ptp_rows))
    write("mue.tsv", "code setting units mai rationale release", mue_rows)
    write("fee.tsv", "code modifier status global pctc mult bilat asst cosurg team endo_base work pe_nonfacility "
          "pe_facility malpractice release", fee_rows)
    write("add_on.tsv", "add_on primary kind release listed", add_on_rows)
    write("period.tsv", "code set from to billable release", period_rows)
    write("relation.tsv", "code kind target at release", relation_rows)
    write("laterality.tsv", "code side", laterality(diagnoses, {**old, **new}))


if __name__ == "__main__":
    main()
