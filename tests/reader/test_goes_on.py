"""What a number goes on with: whose thing, over which span, in which unit; each with a control that is told or left."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest

from rechenmacht.domains.reader import Reader
from rechenmacht.evidence.base import load

DAY = date(2026, 11, 1)
CASES = [
    # Huawei's system is the CloudMatrix 384 (559 kW, 16 racks), Nvidia's the GB200 NVL72 (145 kW), named last.
    (
        "The CloudMatrix 384 competes with the GB200 NVL72. Huawei's system draws 559 kW, Nvidia's rack 145 kW.",
        "559",
        "supported",
    ),
    (
        "The CloudMatrix 384 competes with the GB200 NVL72. Huawei's system draws 145 kW, Nvidia's rack 559 kW.",
        "145",
        "other",
    ),
    ("Das CloudMatrix 384 trifft auf das GB200 NVL72. Huaweis System füllt 16 Schränke.", "16", "supported"),
    # 415 TWh in 2024 and 945 in 2030; the US 183 and 426, China 102 and 277.
    (
        "Rechenzentren brauchten weltweit 415 TWh im Jahr 2024 und brauchen 945 TWh im Jahr 2030. In den USA steigt der "
        "Wert von 183 auf 426 TWh.",
        "426",
        "supported",
    ),
    (
        "Rechenzentren brauchten weltweit 415 TWh im Jahr 2024 und brauchen 945 TWh im Jahr 2030. In den USA steigt der "
        "Wert von 183 auf 277 TWh.",
        "277",
        "other",
    ),
    # A date behind a semicolon is not of what stands before it: Europe 68 TWh in 2024, 113 in 2030.
    (
        "The world's data centres used 415 TWh of electricity in 2024. America's alone took 183 TWh, Europe's 68 TWh; the "
        "American total will climb to 426 TWh by 2030.",
        "68",
        "supported",
    ),
    # Meta 69.7 billion in 2025, 37.3 in 2024: the date is that of what it is held against.
    (
        "Amazon's purchases of property and equipment came to $131.8bn in 2025. Meta's came to $69.7bn over the same "
        "twelve months, against $37.3bn in 2024.",
        "$69.7bn",
        "supported",
    ),
    (
        "Amazon's purchases of property and equipment came to $131.8bn in 2025. Meta's came to $37.3bn over the same "
        "twelve months, against $69.7bn in 2024.",
        "$37.3bn",
        "contradicted",
    ),
    # An hour of an H100 under a one-year contract 2.35 USD in March 2026; an index said 2.6 in May.
    ("Eine H100-Stunde im Jahresvertrag kostete im März 2026 rund 2,35 Dollar.", "2,35", "supported"),
    ("Eine H100-Stunde im Jahresvertrag kostete im März 2026 rund 4,70 Dollar.", "4,70", "contradicted"),
    # A rent without a definition between those of two definitions (2.9 under contract, 5.3 by an index) is left open.
    ("Eine B200-Stunde kostete im Mai 2026 4,20 Dollar.", "4,20", "unverifiable"),
    # Nemotron-4 340B: 6,144 chips.
    (
        "Meta trained Llama 3.1 405B on 15.6 trillion tokens using 16,384 H100s. Nvidia's Nemotron-4 340B made do with 9 "
        "trillion tokens and 6,144 of the same chips.",
        "6,144",
        "supported",
    ),
    # Revenue 68.1 billion, of which 62.3 are of data centres: named in whole, it is not that part.
    ("As recently as the January quarter of 2026 Nvidia's revenue stood at $62.3 billion.", "$62.3", "unverifiable"),
    # A year before 57 billion it was 35.1, the quarter before 46.7.
    (
        "Nvidia's revenue for the quarter to October 2025 came in at $57.0 billion, against $46.7 billion in the preceding "
        "quarter and $35.1 billion in the same period a year earlier.",
        "$35.1",
        "supported",
    ),
    (
        "Nvidia's revenue for the quarter to October 2025 came in at $57.0 billion, against $46.7 billion in the preceding "
        "quarter and $46.7 billion in the same period a year earlier.",
        "$46.7 billion in the same",
        "contradicted",
    ),
    # Capital expenditure of Alphabet: 91.4 billion in 2025, 52.5 in 2024; the sentence before is of a quarter.
    (
        "Alphabet's quarterly capex hit $44.9 billion in the second quarter of 2026. It had spent $91.4 billion in all of "
        "2025.",
        "$91.4",
        "supported",
    ),
    (
        "Alphabet's quarterly capex hit $44.9 billion in the second quarter of 2026. It had spent $52.5 billion in all of "
        "2025.",
        "$52.5",
        "contradicted",
    ),
    # Nvidia expected 108 billion, plus or minus 2 percent, for the quarter to October 2026.
    ("Nvidia expects revenue of $180 billion for the quarter to October 2026.", "$180", "contradicted"),
    ("Nvidia expects revenue of $108 billion for the quarter to October 2026.", "$108", "supported"),
    # A model's dollars are the cost of its training: Grok 3 218 million, Grok 4 388.
    ("Grok 3 entstand für geschätzte 218 Millionen Dollar.", "218", "supported"),
    ("Grok 3 entstand für geschätzte 388 Millionen Dollar.", "388", "contradicted"),
    # Who only reckons is not whom a number is of: Llama 3.1 405B 52.9 million by Epoch AI.
    ("Das Training von Llama 3.1 405B war teuer. Epoch AI setzt dafür rund 53 Millionen Dollar an.", "53", "supported"),
    # `Nicht einmal` bounds a number, `not yet` denies none behind a colon: 5.576 and 329.1 (June 2026).
    ("Nicht einmal sechs Millionen Dollar habe das Training von DeepSeek-V3 gekostet.", "sechs", "supported"),
    ("Microsoft has data center leases signed but not yet started: $329 billion.", "$329", "supported"),
    # Chips of a site by their name: 100,000 in September 2024, 230,000 in July 2025.
    ("Colossus 1 had 100,000 H100s humming by September 2024.", "100,000", "supported"),
    ("Colossus 1 had 100,000 H100s humming by September 2024 and stood at 520,000 in July 2025.", "520", "contradicted"),
    # A report on a quarter: Meta's capital expenditure in cash 30.1 billion in it, 69.7 in the year before.
    (
        "Meta reported its second quarter of 2026 on Wednesday. Its revenue was $60.8 billion. Meta's cash capex was $30.1 "
        "billion.",
        "$30.1",
        "supported",
    ),
    # GPT-4: at least 100 million by its maker, 78 at the price of rented compute, 37 as amortised: 250 may be.
    ("GPT-4 cost more than $100 million to train.", "$100", "supported"),
    ("GPT-4 cost $250 million to train.", "$250", "unverifiable"),
    ("GPT-4 cost $400 million to train.", "$400", "contradicted"),
    # Billions are no chip's price, but Nvidia's charge for it: 4.5 billion in the quarter to April 2025.
    (
        "Washington wants a share of what Nvidia earns on H20 sales to China. The chip ban of the spring had already cost "
        "the company a $4.5bn charge.",
        "$4.5bn",
        "supported",
    ),
    # What Germany limits, Amazon reports: PUE 1.14 in 2025, 1.54 on average.
    (
        "Neue Rechenzentren müssen in Deutschland einen PUE-Wert von höchstens 1,2 erreichen. Amazon meldete 2025 für seine "
        "Anlagen im Mittel 1,14.",
        "1,14",
        "supported",
    ),
    # The time told last: the world 17.8 percent in March 2026, 15.1 in June 2025.
    (
        "Im ersten Halbjahr 2025 nutzten in Deutschland 26,5 Prozent der Menschen im erwerbsfähigen Alter KI. Die Iren "
        "kamen im ersten Quartal dieses Jahres auf 48,4 Prozent. Der weltweite Schnitt liegt bei 17,8 Prozent.",
        "17,8",
        "supported",
    ),
    # A chip's power to the figure but for the unit: the Ascend 950PR draws 600 W; a sum of four firms is no slip of one.
    ("Der Ascend 950PR nimmt bis zu 600 Kilowatt auf.", "600", "contradicted"),
    (
        "Between them Alphabet, Amazon, Meta and Microsoft put $416bn into capital projects in 2025 counting leases.",
        "$416bn",
        "unverifiable",
    ),
    # Tokens that a price is for: GPT-4.1 2 dollars a million in and 8 out.
    ("Eine Million Eingabe-Token kosten bei GPT-4.1 2 Dollar, eine Million Ausgabe-Token 8 Dollar.", "2 D", "supported"),
    ("Eine Million Eingabe-Token kosten bei GPT-4.1 8 Dollar, eine Million Ausgabe-Token 2 Dollar.", "8 D", "contradicted"),
    # What was before says so itself: Microsoft 88.2 billion with leases in the year to June 2025, 55.7 before.
    (
        "In its latest fiscal year Microsoft's capital spending including finance leases came to $88.2bn; the year before "
        "it was $55.7bn.",
        "$55.7bn",
        "unverifiable",
    ),
    # The Irish are no IREN: 48.4 percent in March 2026.
    ("Die Iren kamen im März 2026 auf 48,4 Prozent KI-Nutzer.", "48,4", "supported"),
    # To customers go 4 million cards (IDC, China, 2025), which are no rival's.
    ("Laut IDC gingen 2025 in China rund 4 Millionen Beschleunigerkarten an die Kunden.", "4 M", "supported"),
    # China is in the quantity's own name: 41 percent in 2024, 33 in 2025.
    (
        "ASML hat 2025 insgesamt 32,7 Milliarden Euro umgesetzt. Der Anteil Chinas an den Verkäufen schrumpfte von 41 auf 33 "
        "Prozent.",
        "33 P",
        "supported",
    ),
    # An hour on a chip, an hour's price: 2.99 on demand in October 2024.
    ("An hour on an H100 at a specialist cloud on demand had come down to $2.99 by October 2024.", "$2.99", "supported"),
    # Chips by their names are a model's training chips: GPT-4 25,000, GPT-3 10,000; it never exceeded 175 billion.
    ("GPT-4 is thought to have taken 25,000 A100s.", "25,000", "supported"),
    ("GPT-4 is thought to have taken 10,000 A100s.", "10,000", "contradicted"),
    ("GPT-3 never exceeded 175 billion parameters.", "175", "supported"),
    # What the sentence before expects is no guidance: 57 billion were taken in.
    (
        "Selten wurde eine Bilanz mit so viel Nervosität erwartet. Nvidia hat im Quartal bis Oktober 2025 57 Milliarden Dollar "
        "umgesetzt.",
        "57",
        "supported",
    ),
    # The growth of what was told before: data centres 17 percent in 2025.
    (
        "Alle Rechenzentren der Welt verbrauchten 2024 zusammen 415 Terawattstunden. Im Jahr 2025 wuchs dieser Verbrauch um 17 "
        "Prozent.",
        "17",
        "supported",
    ),
    # Short names of models: Maverick 400 billion parameters, Scout 109.
    ("Meta legte zwei Modelle vor. Maverick hat 400 Milliarden Parameter, Scout 109 Milliarden.", "109", "supported"),
    ("Meta legte zwei Modelle vor. Maverick hat 109 Milliarden Parameter, Scout 400 Milliarden.", "400", "contradicted"),
    # A site's watts without a word for them, a number format in words, a device, a price by power and day.
    ("Meta keeps enlarging Prometheus. In October 2026 the campus reached 1.1 gigawatts.", "1.1", "supported"),
    ("In acht Bit rechnet ein Trn3 UltraServer mit 362 Petaflops, ein Trn2 UltraServer mit 83 Petaflops.", "362", "supported"),
    ("Cerebras verkauft die CS-3. Das Gerät nimmt 46 Kilowatt auf.", "46", "contradicted"),
    ("Am Netz PJM kostet Leistung für 2027/28 333 Dollar pro Megawatt und Tag.", "333", "supported"),
    # Eight times 141 GB are 1.1 TB.
    ("Acht H200 mit je 141 GB bringen den DGX H200 auf 2,2 TB Speicher.", "2,2", "contradicted"),
    # The quarter behind the one told: 46.7 billion to July 2025, 57 to October.
    ("Nvidia setzte im Quartal bis Juli 2025 46,7 Milliarden Dollar um. Im Quartal darauf waren es 57 Milliarden.", "57",
     "supported"),
    ("Nvidia setzte im Quartal bis Juli 2025 46,7 Milliarden Dollar um. Im Quartal darauf waren es 30 Milliarden.", "30",
     "contradicted"),
    # Who holds a share has it; who holds it for possible has an opinion.
    ("Im März 2025 hielt China 30 Prozent der Leistung aller KI-Supercomputer.", "30", "contradicted"),
    ("Im März 2025 hielt der Chef für China 30 Prozent der Leistung aller KI-Supercomputer für möglich.", "30", "unverifiable"),
    # A rule is named by its month: 4,800 TPP in October 2022.
    ("Die Exportregel vom Oktober 2022 traf Chips ab 9.600 TPP.", "9.600", "contradicted"),
    ("Die Exportregel vom Oktober 2022 traf Chips ab 4.800 TPP.", "4.800", "supported"),
    # Of two firms told before nobody can say which puts ten billion into Anthropic, alongside Microsoft.
    (
        "Nvidia und Intel legen zu. Im November 2025 hatte der Konzern angekündigt, zehn Milliarden Dollar in Anthropic zu "
        "stecken, an der Seite von Microsoft.",
        "zehn",
        "unverifiable",
    ),
    # One source is a part of all: Germany generated 496 TWh in 2024.
    ("Germany produced 28 TWh of electricity from gas in 2024.", "28", "unverifiable"),
    ("Deutschland erzeugte 2024 rund 60 Terawattstunden Strom aus Kohle.", "60", "unverifiable"),
    ("Deutschland erzeugte 2024 rund 60 Terawattstunden Strom.", "60", "contradicted"),
    # Which of two quantities told before is gone on with nobody says; a year's quantity is none of a quarter.
    (
        "Amazon zahlte im zweiten Quartal 2026 rund 54,2 Milliarden Dollar für Sachanlagen, bei einem Umsatz von 200,6 "
        "Milliarden Dollar. Alphabet folgt mit 44,9 Milliarden Dollar, Microsoft mit 35,8 Milliarden Dollar.",
        "44,9",
        "unverifiable",
    ),
    # What a number behind is told to be (burned 8 billion in 2025) is not what this one is.
    ("OpenAI nahm 2025 gut 13 Milliarden Dollar ein und verbrannte dabei acht Milliarden Dollar.", "13 M", "unverifiable"),
    ("OpenAI verbrannte 2025 gut 13 Milliarden Dollar.", "13 M", "contradicted"),
    # A chip compared with by a share of it is not whose the number is: H20 148 TFLOP/s, H200 989.
    ("The H20 delivers about 15 percent of the H200's BF16 performance, 148 teraflops in all.", "148", "supported"),
    # A month without a year: 540 commits in July 2026, 158 in June 2025.
    ("Im Projekt vLLM-Ascend landeten im Juli 540 Änderungen im Hauptzweig, im Februar 2025 waren es 65.", "540", "supported"),
]  # fmt: skip


@cache
def _reader() -> Reader:
    return Reader(load())


@pytest.mark.parametrize(("text", "span", "wanted"), CASES)
def test_a_number_is_of_what_it_goes_on_with(text: str, span: str, wanted: str) -> None:
    document = _reader().read(text, "t", DAY)
    start = text.index(span)
    quantity = next(q for q in document.quantities if q.start <= start < q.end and q.kind != "date")
    verdict = next(v for v in document.verdicts if v.quantity_id == quantity.id)
    assert verdict.verdict == wanted, verdict.explanation["en"]


def test_a_price_is_for_the_hour_that_stands_by_it() -> None:
    """2.8 million hours at two dollars each are 5.6 million dollars, which are no price of an hour."""
    text = "DeepSeek-V3 brauchte 2,788 Millionen GPU-Stunden. Bei zwei Dollar Miete je Stunde sind das 5,6 Millionen Dollar."
    units = [(q.low, q.unit) for q in _reader().read(text, "t", DAY).quantities if q.kind == "money"]
    assert units == [(2.0, "USD/h"), (5.6e6, "USD")]


def test_a_large_number_of_a_sum_is_money_as_that_is() -> None:
    """`davon` points to the 57 billion dollars before."""
    text = "Nvidia hat 57 Milliarden Dollar umgesetzt. 51,2 Milliarden davon entfielen auf Rechenzentren."
    assert [q.unit for q in _reader().read(text, "t", DAY).quantities] == ["USD", "USD"]


def test_a_short_end_of_a_word_is_no_part_of_a_compound() -> None:
    """`recently` holds no centre, `machines` no China, `international` nothing national; `gekostet` is told of cost."""
    known = _reader().meanings.vocabulary.of
    assert not {"cent", "chin", "national"} & {*known("recently"), *known("machines"), *known("international")}
    assert "kost" in known("gekostet")


def test_units_are_carried_to_numbers_and_not_to_things() -> None:
    """`384 A100s` are chips; a bound has a unit that the next number goes on with; operations are FLOP."""
    read = [
        ("The BLOOM project made do with 384 A100s in France; its electricity use came to 433 GWh.", "count"),
        ("The run consumed 5e26 operations of compute.", "FLOP"),
        ("Der Park leistet so viel wie etwa 90.000 H100.", "h100e"),
        ("That is as much computing as 40,000 H100 GPUs would give.", "h100e"),
        ("Im Park stehen etwa 90.000 H100.", "count"),
    ]
    assert [_reader().read(text, "t", DAY).quantities[0].unit for text, _ in read] == [unit for _, unit in read]
    bound = _reader().read("Der Speicher liefert bis zu 8 TB/s, das Vorgängermodell kam auf 4,8.", "t", DAY)
    assert (bound.quantities[1].low, bound.quantities[1].unit) == (4.8e12, "B/s")
