"""A number is confirmed by the claim of whom the sentence names, of the time it gives; else it is told as another's."""

from __future__ import annotations

from datetime import date

import pytest

from rechenmacht.domains.reader import Reader
from rechenmacht.evidence.base import Base

DAY = date(2026, 11, 20)
TOLD = [
    # Half a name that points to nothing else is enough to be wrong by; a name of a country alone is not.
    ("Mistral was valued in September 2025 at $27.4 billion.", "$27.4 billion", "contradicted", "contradicted"),
    ("Noch 2022 hatte Nvidia in China ein Viertel seines Umsatzes erzielt.", "ein Viertel", "unverifiable", None),
    # Who counts is not said, and no other counting of the base comes near.
    ("In Polen nutzten 2025 nur 16,8 Prozent der Firmen KI.", "16,8 Prozent", "contradicted", "contradicted"),
    # The base lacks it for this one, and has just this for another.
    ("TSMC's order backlog was 38.8 billion euros at the end of 2025.", "38.8 billion euros", "other", "others_figure"),
    ("TSMC's order backlog was 38.2 billion euros at the end of 2025.", "38.2 billion euros", "unverifiable", None),
    # What would be wrong of the quantity that the words rank first is just right of another one that they hint at.
    ("Everything included a B200 takes 2.17 kilowatts.", "2.17 kilowatts", "unverifiable", "maybe_other"),
    ("With its share of cooling a B200 takes 2.17 kilowatts.", "2.17 kilowatts", "supported", "supported"),
    ("With its share of cooling a B200 takes 3.9 kilowatts.", "3.9 kilowatts", "contradicted", "contradicted"),
    # A growth against the year before, of the number before, and told by a noun.
    ("Amazon's purchases of property and equipment reached $131.8 billion in 2025, up 59 percent from the year before.", "59 percent", "supported", "growth_ok"),
    ("Amazon's purchases of property and equipment reached $131.8 billion in 2025, up 159 percent from the year before.", "159 percent", "contradicted", "growth"),
    ("Meta meldete für 2025 einen Zuwachs der Investitionen in Sachanlagen von 87 Prozent.", "87 Prozent", "supported", "growth_ok"),
    # Computing power told in a chip, and a number that goes on with it.
    ("Die Rechenleistung von Metas Prometheus-Anlage entsprach im Juni 2026 rund 763.000 H100; Amazons New Carlisle kam auf 687.000.", "687.000", "supported", "supported"),
    # Who only reckons has no figure of its own there.
    ("TSMC fährt seine CoWoS-Kapazität nach Erwartung von JPMorgan bis Ende 2027 auf 112.000 Wafer im Monat hoch.", "112.000", "supported", "supported"),
    # A name that the base does not know is not the one before.
    ("Memory is 288 GB on the MI455X, against 432 GB for Zebulon.", "432 GB", "unverifiable", None),
    # What falls does not rise.
    ("Die Leistungsreserve der amerikanischen Stromnetze zur Sommerspitze ist binnen fünf Jahren von 19 Prozent auf 26 Prozent geschrumpft.", "26 Prozent", "outdated", None),
    # A month of the year told before.
    ("The Gemini app counted 650 million monthly users at the end of October 2025. In May of that year there had been 400 million.", "400 million", "supported", "supported"),
    # What the sentence before tells is pointed to.
    ("Das Netzwerkgeschäft wächst. Nvidia erlöste damit im dritten Geschäftsquartal 2026 8,2 Milliarden Dollar.", "8,2 Milliarden", "supported", "supported"),
    # A number goes on with people and rates; words of a system's name are none of a firm's chips.
    ("Anthropic had 2,300 employees in December 2025. Mistral made do with 350 in September 2025.", "350", "supported", "supported"),
    ("Ein Trainium2-UltraServer von Amazon vereint 64 Chips.", "64 Chips", "supported", "supported"),
    # The base has what the branch takes in as its firm's revenue from the cloud.
    ("Google Cloud took in $44.8 billion in the first half of 2026.", "$44.8 billion", "supported", "supported"),
    # What a firm's branch takes in is not the revenue of the firm; of its data centres it is.
    ("AWS took in $36 billion in the second quarter of 2026.", "$36 billion", "unverifiable", None),
    ("Google Cloud took in $15.2 billion in the third quarter of 2025.", "$15.2 billion", "unverifiable", None),
    ("Amazon took in $200.6 billion in the second quarter of 2026.", "$200.6 billion", "supported", "supported"),
    # A last day stands for its quarter; a quantity named more closely beside it leaves the wider one open.
    ("Nvidia's revenue was $12 billion in the quarter that ended on July 26, 2026.", "$12 billion", "contradicted", None),
    ("Nvidias Netzwerkgeschäft brachte in dem Quartal, das am 27. Juli 2025 endete, 7,25 Milliarden Dollar Umsatz ein; "
     "im Quartal davor waren es 4,96 Milliarden.", "4,96 Milliarden", "unverifiable", None),
    # `about` gives room, but 132 for 145 is only roughly right.
    ("A GB200 NVL72 draws about 132 kilowatts.", "132 kilowatts", "imprecise", "imprecise"),
    # A deal of another day; what is invested and what is ordered are no sum, and no substitute for one another.
    ("OpenAI signed a $300 billion contract with Oracle in September 2025.", "$300 billion", "supported", "deal_ok"),
    ("OpenAI signed a $300 billion contract with Oracle in September 2023.", "$300 billion", "other", "deal_day"),
    ("Anthropic will in der Cloud von Microsoft 30 Milliarden Dollar ausgeben.", "30 Milliarden", "supported", "deal_ok"),
    ("Anthropic committed $38 billion to Amazon's cloud in November 2025.", "$38 billion", "contradicted", "deal_other"),
    ("OpenAI will AMD-Chips mit sechs Gigawatt abnehmen, hieß es 2025.", "sechs Gigawatt", "supported", "deal_ok"),
    # A pod is told by its chip; the other one's pod is another.
    ("Ein Pod mit Ironwood umfasst 9.216 Chips.", "9.216 Chips", "supported", "supported"),
    ("Ein Pod mit TPU v5p umfasst 9.216 Chips.", "9.216 Chips", "other", "others_figure"),
    ("Huawei says the Atlas 950 SuperPoD will join 8,192 processors.", "8,192", "supported", "supported"),
    ("One GB200 NVL72 rack houses 144 GPUs.", "144 GPUs", "contradicted", "contradicted"),
    # A quarter's number is no year's and no stock; a quarter without a year is of the year told before.
    ("In the last quarter of 2025 ASML booked orders of €13.2 billion.", "€13.2 billion", "supported", "supported"),
    ("ASML's backlog was €38.8 billion at the end of 2025; bookings in the fourth quarter were €13.2 billion.",
     "€13.2 billion", "supported", "supported"),
    # A part is of the time of the whole.
    ("ASML sold 327 lithography systems in 2025, of which 48 were EUV systems.", "48", "supported", "supported"),
    ("ASML sold 327 lithography systems in 2021, of which 48 were EUV systems.", "48", "other", "other_year"),
    # Bare numbers go on with the quantity and the time of the sentences before.
    ("In Denmark 42 percent of firms used AI in 2025. Finland follows with 37.8 percent. In Poland it is 28 percent.",
     "28 percent", "contradicted", "contradicted"),
    ("In Denmark 42 percent of firms used AI in 2025. Finland follows with 37.8 percent. In Poland it is 8.4 percent.",
     "8.4 percent", "supported", "supported"),
    ("In Denmark 42 percent of firms used AI in 2025. The EU comes to 20 percent, up from 13.5 percent in 2024.",
     "20 percent", "supported", "supported"),
    # Who writes off its servers does not only say a number, as who `says` it does.
    ("Amazon schreibt seine Server seit 2025 über fünf Jahre ab, Google über sechs.", "fünf Jahre", "supported", None),
    # A value that is not in round figures is not roughly right 14 percent off; that of another year is told as that.
    ("France generated 500 TWh of electricity in 2025.", "500 TWh", "unverifiable", "spread"),
    ("Germany generated 500 TWh of electricity in 2018.", "500 TWh", "other", "contradicted_year"),
    # Only the words of a number itself make it a maybe; an expectation is judged by what was expected.
    ("Worldwide, data centres took 830 TWh in 2024 and may take 945 TWh by 2030.", "830 TWh", "contradicted", None),
    # What is NVIDIA's by its name is not judged where NVIDIA is not named; who counts is named, and is not another.
    ("IDC counted 812,000 Huawei cards shipped in China in 2025.", "812,000", "supported", "supported"),
    ("Eurostat found AI in use at 5.2% of Romanian companies in 2025.", "5.2%", "supported", None),
    # Bare numbers of who makes do with, comes to, or is content with so many.
    ("OpenAI beschäftigte im Juli 2025 mehr als 3.000 Menschen, DeepSeek kam im März 2025 mit 160 aus.",
     "160", "supported", "supported"),
    ("OpenAI beschäftigte im Juli 2025 mehr als 3.000 Menschen, DeepSeek kam im März 2025 mit 1.600 aus.",
     "1.600", "contradicted", None),
    ("PaLM kept 6,144 TPUs busy.", "6,144 TPUs", "supported", "supported"),
    ("Contracted but unfulfilled business at Oracle came to $638 billion at the end of May 2026.",
     "$638 billion", "supported", "supported"),
    # A sentence without a number says what the next one's are of.
    ("Memory bandwidth is what counts. An H100 SXM moves just 3.35 TB/s.", "3.35 TB/s", "supported", "supported"),
    ("Nvidia's revenue keeps growing. In the quarter to October 2025 it bought back $12.5 billion of its own stock.",
     "$12.5 billion", "unverifiable", None),
    ("Oracle's order backlog worries investors. The company sold bonds worth $13 billion in September 2025.",
     "$13 billion", "unverifiable", None),
    ("Beim Marktanteil von HBM liegt SK Hynix vorn. Samsung hielt im zweiten Quartal 2025 17 Prozent des Marktes.",
     "17 Prozent", "supported", None),
    # A unit told by its name before a bound: no count of something else.
    ("Nach der H200-Regel vom Januar 2026 darf ein Chip für China eine TPP von höchstens 21.000 haben.", "21.000",
     "supported", None),
    # `im gleichen Quartal des Vorjahres` leaves out what is told.
    ("Broadcom setzte mit KI-Chips im vierten Quartal des Geschäftsjahres 2025 rund 6,4 Milliarden Dollar um, nach "
     "7,4 Milliarden im gleichen Quartal des Vorjahres.", "7,4 Milliarden", "contradicted", None),
    # `it` goes on to be what opened the sentence before with `it`; the latter's is another's.
    ("Der H200 ist stärker. Er rechnet in 16 Bit mit 989 Teraflops, der H20 mit 148 Teraflops. Beim Speicher liegt er "
     "mit 141 Gigabyte vorn.", "141 Gigabyte", "supported", None),
    # Who reckons is not who ships; whose figure it is is spoken of.
    ("Cambricon is short of memory: Goldman Sachs expects it to ship 143,000 AI chips in 2025.", "143,000",
     "supported", None),
    # What is counted beside is not what the sentence is about.
    ("The New Carlisle campus now draws 1,092 megawatts and has the power of 687,000 H100 chips.", "1,092 megawatts",
     "supported", None),
    # A number of another year, where only the quantity's words are far from the subject.
    ("ASML hat geliefert.\n\nAuf Kunden in der Volksrepublik entfielen 2025 noch 41 Prozent der Systemumsätze von "
     "ASML.", "41 Prozent", "contradicted", "contradicted_year"),
    # A part of the business is not the whole; what analysts expected was never so; a pronoun is an unread party.
    ("In its gaming division Nvidia's revenue rose to $5.7 billion in the quarter to October 2025.", "$5.7 billion",
     "unverifiable", None),
    ("Lambda, a Californian provider, announced that Microsoft will spend more than $2 billion with it.", "$2 billion",
     "unverifiable", None),
    # Another thing of the kind is brought in.
    ("Stargate Abilene wächst.\n\nIn Abu Dhabi entsteht ein Campus, und dessen erste 200 MW IT-Leistung laufen 2026.",
     "200 MW", "unverifiable", None),
    # Of a list of which others are confirmed, each of whom it names.
    ("Der GB200 NVL72 zieht 120 kW, der DGX H100 10,2 kW, der DGX B200 dagegen 28,6 kW.", "28,6 kW", "contradicted",
     None),
    ("In early 2025 Siemens Energy won 39% of new turbine awards, GE Vernova 31% and Mitsubishi Heavy 12%.", "12%",
     "contradicted", None),
    # The date right before a number in its clause is its time.
    ("In September 2025 Anthropic was valued at $183 billion; in March of 2025 it had been $61.5 billion.",
     "$61.5 billion", "supported", None),
    # `They` are both; a multiple of what was before is not of now.
    ("Huawei's Atlas 950 SuperPoD ties together 8,192 chips, the Atlas 960 SuperPoD 15,488. They spread over 160 and "
     "220 cabinets respectively.", "220 cabinets", "unverifiable", None),
    ("Anthropic closed a round in September 2025. The deal valued the company at $183 billion, three times the $61.5 "
     "billion of March.", "$61.5 billion", "unverifiable", None),
    # What a firm earns with a product is not its revenue.
    ("Nvidia hat im Quartal bis Ende April 2025 mit dem H20 einen Umsatz von 4,9 Milliarden Dollar erzielt.",
     "4,9 Milliarden", "unverifiable", None),
    # The year before is reckoned from the sentence before, not from a date that another number is told for.
    ("Im Jahr 2025 setzten 20 Prozent der Firmen der EU KI ein. Im Jahr davor waren es 13,5 Prozent, 2021 7,7 Prozent.",
     "13,5 Prozent", "supported", None),
    # A site told by its place beside its owner or its family; one that is only planned is none of them.
    ("Microsoft's Fairwater campus in Wisconsin draws 442 MW in April 2026. The Atlanta sibling began in October 2025 "
     "with 433 MW.", "433 MW", "supported", None),
    ("Microsoft's Fairwater campus in Wisconsin drew 44 MW in April 2026.", "44 MW", "contradicted", None),
    ("Googles Rechenzentrum in Council Bluffs ist alt. Der Standort in Omaha zieht im Mai 2026 284 MW.", "284 MW",
     "supported", None),
    ("Microsoft plans a data center in Wisconsin with 442 MW.", "442 MW", "unverifiable", None),
    # Another one than the thing told before, by what it is to that.
    ("The Trn3 UltraServer has 20.7 TB of memory. The Trn2 version it replaces managed 6 TB.", "6 TB", "unverifiable",
     None),
    ("The GB200 NVL72 has 13.4 TB of memory. Its successor manages 20.7 TB.", "20.7 TB", "unverifiable", None),
    ("The GB200 NVL72 has 13.4 TB of memory. Its successor manages 13.4 TB.", "successor manages 13.4 TB",
     "unverifiable", None),
    ("Der Nachfolger des H100 hat 141 GB Speicher.", "141 GB", "unverifiable", None),
    ("Der H200, Nachfolger des H100, hat 141 GB Speicher.", "141 GB", "supported", None),
    # The longer name of what a maker's own name begins; a maker in a relative clause; a chip's pod; a grid.
    ("Moonshots Kimi K2 hat eine Billion Parameter.", "eine Billion", "supported", None),
    ("The Trn3 UltraServer that AWS showed in December packs 144 chips.", "144 chips", "supported", None),
    ("Googles siebte TPU-Generation bildet Pods aus 9.216 Chips.", "9.216 Chips", "supported", None),
    ("Beim Vorgänger TPU v6e war bei 9.216 Chips je Pod Schluss.", "9.216 Chips", "other", None),
    ("Die Kapazitätsauktion von PJM für 2027/28 endete bei 333,44 Dollar je Megawatt-Tag.", "333,44 Dollar",
     "supported", None),
    ("Zum Jahresende 2025 nutzten 60,9 Prozent der Singapurer KI.", "60,9 Prozent", "supported", None),
    # `Dort` is the place spoken of, not the one that it is compared with.
    ("China hat 2025 rund 10.600 Terawattstunden Strom erzeugt, weit mehr als die Vereinigten Staaten. Je "
     "Kilowattstunde fielen dort 525 Gramm CO2 an.", "525 Gramm", "supported", None),
    ("China hat 2025 rund 10.600 Terawattstunden Strom erzeugt, weit mehr als die Vereinigten Staaten. Je "
     "Kilowattstunde fielen dort 384 Gramm CO2 an.", "384 Gramm", "contradicted", None),
    # A place of the heading is not the one that the paragraph tells of since; nor is a firm of paragraphs ago.
    ("Deutschland fällt zurück\n\nIn der EU setzten 2025 20 Prozent der Firmen KI ein. Das ist mehr als zuvor. Unter "
     "den Großunternehmen waren es 55 Prozent.", "55 Prozent", "supported", None),
    ("Nothing grows without power.\n\nThe average PUE was 1.54 in 2025, the survey says.", "1.54", "supported", None),
    ("Google's data centres are efficient. Their average PUE was 1.54 in 2025.", "1.54", "unverifiable", None),
    # Who stands for it as no other is told of, not compared with.
    ("Oracle and CoreWeave borrow\n\nKaum eine Firma lebt so sehr vom Kredit wie Coreweave.\n\nDie Finanzschulden lagen "
     "Ende Juni 2026 bei 35,1 Milliarden Dollar.", "35,1 Milliarden", "supported", None),
    # Firms told by how many they are, where the text names most of them.
    ("Amazon, Google, Meta and Microsoft build on. In 2025 the same four spent $376 billion of cash on property and "
     "equipment.", "$376 billion", "supported", None),
    ("Intel and AMD build on. In 2025 the same four spent $376 billion of cash on property and equipment.",
     "$376 billion", "unverifiable", None),
    # The second of two.
    ("GPT-3 kostete 2,1 Millionen Dollar, GPT-4 bereits 37 Millionen. Das Training von Letzterem lief auf 25.000 A100.", "25.000",
     "supported", None),
    ("GPT-3 kostete 2,1 Millionen Dollar, GPT-4 bereits 37 Millionen. Das Training von Ersterem lief auf 25.000 A100.", "25.000",
     "contradicted", None),
    # Chips of a type are counted, so that what follows is of the whole.
    ("Der CloudMatrix 384 koppelt 384 Beschleuniger vom Typ Ascend 910C. Der Speicher fasst 49,2 Terabyte.",
     "49,2 Terabyte", "supported", None),
    # What is counted is not whose the count is, also told `of` it; `vor kurzem` compares with nothing; the same firm.
    ("Jupiter is built from 23,536 of Nvidia's GH200 superchips.", "23,536", "supported", None),
    ("Jupiter is built from 33,536 of Nvidia's GH200 superchips.", "33,536", "contradicted", None),
    ("Der Ascend 910C bringt 128 Gigabyte Speicher mit. Der noch vor kurzem in China erhältliche H20 hat 96 Gigabyte.",
     "96 Gigabyte", "supported", None),
    ("The MI355X brings 288 GB of memory, less than the 288.0 GB on a Zebulon.", "288.0 GB", "unverifiable", None),
    ("Anthropic was valued at $183 billion in September 2025. In March 2025 the same firm had been valued at $61.5 "
     "billion.", "$61.5 billion", "supported", None),
    ("Anthropic was valued at $183 billion in September 2025. In March 2025 another firm had been valued at $61.5 "
     "billion.", "$61.5 billion", "unverifiable", None),
    # Several shares, each with its place behind it.
    ("Poland lags: 8.4% of its firms used AI in 2025, against 35% in Sweden and 37.8% in Finland.", "37.8%",
     "supported", None),
    ("Poland lags: 8.4% of its firms used AI in 2025, against 37.8% in Sweden and 35% in Finland.", "37.8%",
     "other", None),
    # A maker told by its product, its founder, or what it is known for.
    ("The Claude developer was valued at $183 billion in September 2025.", "$183 billion", "supported", None),
    ("Der Entwickler von Claude wurde im September 2025 mit 183 Milliarden Dollar bewertet.", "183 Milliarden",
     "supported", None),
    ("The Claude developer was valued at $483 billion in September 2025.", "$483 billion", "contradicted", None),
    ("Mark Zuckerberg's company spent $69.7 billion on property and equipment in 2025.", "$69.7 billion", "supported",
     None),
    ("The search giant spent $91.4 billion on property and equipment in 2025.", "$91.4 billion", "supported", None),
    # Whose neighbour or rival is meant is not whose the number is; whose suppliers are paid is.
    ("Germany's neighbour to the west generated 565 TWh of electricity in 2025.", "565 TWh", "unverifiable", None),
    ("Nvidias Rivale setzte im Quartal bis Juli 2025 46,7 Milliarden Dollar um.", "46,7 Milliarden", "unverifiable",
     None),
    ("Nvidias Zusagen an Zulieferer summierten sich Ende April 2026 auf 238 Milliarden Dollar.", "238 Milliarden",
     "contradicted", None),
    ("OpenAI and Anthropic grow. The former was valued at $500 billion in October 2025, the latter at $183 billion in "
     "September 2025.", "$500 billion", "supported", None),
    # Who is named only as what it is to the topic is not what the text goes on about.
    ("CoreWeave is growing. Microsoft is its biggest customer. Revenue rose to $2.58 billion in the second quarter of "
     "2026.", "$2.58 billion", "supported", None),
    ("CoreWeave is growing. Microsoft is growing too. Revenue rose to $2.58 billion in the second quarter of 2026.",
     "$2.58 billion", "unverifiable", None),
    ("The Wisconsin campus of Microsoft drew 442 MW in April 2026.", "442 MW", "supported", None),
    ("The Wisconsin campus of Oracle drew 442 MW in April 2026.", "442 MW", "unverifiable", None),
    # Some other one, the second of a ranking, and a customer are not the one before.
    ("The H100 has 80 GB of memory. Customers can also buy one with 141 GB.", "141 GB", "unverifiable", None),
    ("China erzeugte 2025 10.600 TWh Strom. Das zweitgrößte Land schaffte 4.520 TWh.", "4.520 TWh", "unverifiable",
     None),
    ("China erzeugte 2025 10.600 TWh Strom. Dieses große Land schaffte 2015 5.800 TWh.", "5.800 TWh", "supported", None),
    ("OpenAI was valued at $500 billion in October 2025. Its rival was worth $183 billion in September 2025.",
     "$183 billion", "unverifiable", None),
    # The first and the second of two; an ordinal of something else is neither.
    ("xAI betreibt Colossus 1 und Colossus 2. Der erste kam im September 2024 auf 100.000 Chips, der zweite zog im "
     "Januar 2026 302 Megawatt.", "302 Megawatt", "supported", None),
    ("xAI runs Colossus 1 and Colossus 2. The second drew 102 MW in January 2026.", "102 MW", "contradicted", None),
    ("xAI runs Colossus 1 and Colossus 2. The third drew 102 MW in January 2026.", "102 MW", "unverifiable", None),
    # All the world, told by its average or its round.
    ("Google kam 2023 auf einen PUE von 1,09. Der Branchenschnitt lag 2025 bei 1,54.", "1,54", "supported", None),
    ("Google kam 2023 auf einen PUE von 1,09. Der Standort lag 2025 bei 1,54.", "1,54", "unverifiable", None),
    ("Deutschland zögert. Rund um den Globus verbrauchten Rechenzentren 2024 415 Terawattstunden.",
     "415 Terawattstunden", "supported", None),
    # `The latter's`, and `the former` where a verb follows; `the former partner` is neither of two.
    ("TSMC and Nvidia are friends. The latter's revenue was $57 billion in the quarter to October 2025.", "$57 billion",
     "supported", None),
    ("TSMC and Nvidia are friends. The former partner's revenue was $57 billion in the quarter to October 2025.",
     "$57 billion", "unverifiable", None),
    ("Colossus 1 and Fairwater Atlanta compete. The former drew 348 MW in September 2025.", "348 MW", "supported",
     None),
]  # fmt: skip


@pytest.fixture(scope="module")
def reader(base: Base) -> Reader:
    return Reader(base)


@pytest.mark.parametrize(("text", "span", "wanted", "reason"), TOLD)
def test_whose_a_number_is(reader: Reader, text: str, span: str, wanted: str, reason: str | None) -> None:
    document = reader.read(text, "-", DAY)
    at = text.index(span)
    found = [
        one
        for number, one in zip(document.quantities, document.verdicts, strict=True)
        if number.start < at + len(span) and at < number.end and number.kind != "date"
    ]
    assert found[0].verdict == wanted
    assert reason is None or found[0].reason == reason
