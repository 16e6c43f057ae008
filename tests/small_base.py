"""A fact base of a few rows, whole and without faults, for tests that break one thing in it."""

from __future__ import annotations

from pathlib import Path

from rechenmacht.evidence.base import SHIPPED

QUANTITIES = """id,unit,low,high,period,family,compute_basis,name_en,name_de,meaning_en,meaning_de
peak,TFLOP/s,0.001,1000000,static,,8bit,Peak,Spitze,Peak rate.,Spitzenrate.
power,MW,0,100000,level,power,,Power,Leistung,Power drawn.,Leistungsaufnahme.
power_it,MW,0,100000,level,power,,IT power,IT-Leistung,Power of the computers.,Leistung der Rechner.
made,count,0,1e9,year,,,Made,Gebaut,Chips made.,Gebaute Chips.
balance,USD,-1e12,1e12,level,,,Balance,Saldo,Money left.,Geld übrig.
"""
ENTITIES = """id,kind,name_en,name_de,aliases_en,aliases_de,bloc,parent,start,end,note
bloc:us,bloc,United States,Vereinigte Staaten,USA;America,USA;Amerika,us,,,,
org:acme,org,Acme,Acme,,Acme AG,us,,1999,,
chip:one,chip,One,Eins,,,us,org:acme,2024-Q1,2025,
site:hill,site,Hill,Hügel,,,us,org:acme,,,
"""
SOURCES = """id,title,publisher,published,accessed,address,read_at,origin,class,licence,language,archived,sha256,note
sheet,Data sheet,Acme,2024-01-15,2026-01,https://acme.example/one,,,vendor,unknown,en,,,
sheet-2,Data sheet 2,Acme,2025-01-15,2026-01,https://acme.example/two,,,vendor,unknown,en,,,
paper,A measurement,University,2024-06,2026-01,doi:10.1/x,,,paper,CC-BY-4.0,en,,,
news,An article,Gazette,2025-03-01,2026-01,https://gazette.example/a/1,,,press,unknown,de,,,
site-only,A site,Herald,2025-03-01,2026-01,https://herald.example,,,press,unknown,en,,,
memory,What we remember,The project,,2026-01,,,,recollection,unknown,en,,,
"""
CLAIMS = "id,subject,quantity,low,value,high,unit,as_of,source,locator,basis,grade,note\n"
ONE_CLAIM = "chip.one.peak.1,chip:one,peak,,1000,,TFLOP/s,2024,sheet,p. 1,specified,primary,\n"
HISTORY = "subject,quantity,period,low,value,high,unit,source,locator,basis,grade,note\n"
CORRECTIONS = "id,target,row,column,expect,replace,reason,reference\n"
PARAMETERS = "name,mechanism,subject,low,mid,high,unit,distribution,basis,claims,note\n"
DEALS = (
    "id,package,date,payer,payee,kind,amount_basis,band,scope,start,exit_days,obligor,horizon_years,gw,conditions,spent_back_on,spent_back_with,"
    "status,superseded_by,source,locator,grade,note\n"
)
RULES = (
    "id,kind,published,effective_from,effective_to,dest_groups,dest_except,hq_groups,vendors,roles,subject,condition,"
    "outcome,outcome_d1_d4,relaxes,replaces,summary_en,summary_de,citation,source,locator,grade,note,regime,name_en,name_de\n"
)


def make(folder: Path, **tables: str) -> Path:
    """Write the small base into `folder`, with some tables replaced, and return the folder.

    Tables are named by their file: `quantities`, `entities`, `sources`, `claims`, `history`, `corrections`,
    `parameters`, `deals`, `rules`.
    """
    files = {
        "quantities": "quantities.csv", "entities": "entities.csv", "sources": "sources.csv",
        "claims": "claims/all.csv", "history": "history/all.csv", "corrections": "corrections.csv",
        "parameters": "parameters/own.csv", "deals": "deals.csv", "rules": "rules/rules.csv",
    }  # fmt: skip
    content = {
        "quantities": QUANTITIES,
        "entities": ENTITIES,
        "sources": SOURCES,
        "claims": CLAIMS + ONE_CLAIM,
    } | tables
    for name, text in content.items():
        path = folder / files[name]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    rules = (SHIPPED / "parameters" / "evidence.csv").read_text(encoding="utf-8")
    (folder / "parameters").mkdir(exist_ok=True)
    (folder / "parameters" / "evidence.csv").write_text(rules, encoding="utf-8")
    return folder
