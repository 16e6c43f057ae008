"""Further sentences like those of phrases.py: kinds met in whole articles, all our own; of 20 November 2025."""

B, T, M = 1e9, 1e12, 1e6
IN_ARTICLES = [
    # Kinds met in whole articles: units left out, what is below zero, parts of a whole, spans of months.
    (
        "de",
        "Die Karten schaffen 3,35 beziehungsweise 7,7 TB/s.",
        [("3,35", 3.35 * T, 3.35 * T, "B/s"), ("7,7 TB/s", 7.7 * T, 7.7 * T, "B/s")],
    ),
    (
        "de",
        "Es waren 102 TWh, während andere 277 vorhersagten.",
        [("102 TWh", 102 * T, 102 * T, "Wh"), ("277", 277 * T, 277 * T, "Wh")],
    ),
    ("de", "Der Beschleuniger hat eine TPP von 21.000.", [("21.000", 21_000, 21_000, "TPP")]),
    ("de", "Google besitzt umgerechnet 1,7 Millionen H100.", [("1,7 Millionen H100", 1.7 * M, 1.7 * M, "h100e")]),
    ("en", "They own the equivalent of 1.7 million H100s.", [("1.7 million H100s", 1.7 * M, 1.7 * M, "h100e")]),
    ("en", "Its free cash flow slid to minus $5.9 billion.", [("$5.9 billion", -5.9 * B, -5.9 * B, "USD")]),
    (
        "en",
        "Its share climbed 0.8 percentage points to 5.3 percent.",
        [("0.8 percentage points", 0.008, 0.008, "1"), ("5.3 percent", 0.053, 0.053, "1")],
    ),
    ("en", "The backlog covers two and a quarter years.", [("two and a quarter years", 2.25, 2.25, "year")]),
    ("en", "One chip in seven failed.", [("One chip in seven", 1 / 7, 1 / 7, "1")]),
    ("en", "Two out of every five firms pay.", [("Two out of every five", 0.4, 0.4, "1")]),
    ("en", "She rates four of them as junk.", [("four", 4, 4, "count")]),
    ("en", "Some 86 billion tokens are processed per day.", [("86 billion tokens", 86 * B, 86 * B, "count/day")]),
    ("de", "Allenfalls drei Viertel der Chips kamen an.", [("drei Viertel", None, 0.75, "1")]),
    ("de", "Von April bis Juni sank der Umsatz.", [("April bis Juni", "2025-04", "2025-06", "date")]),
    ("en", "First-quarter spending rose.", [("First-quarter", "2025-01", "2025-03", "date")]),
    ("en", "In the spring it sold chips.", [("spring", "2025-03", "2025-05", "date")]),
    ("en", "By Christmas the hall will be ready.", [("Christmas", None, "2025-12", "date")]),
    ("en", "By this decade's end demand could double.", [("this decade's end", None, "2029", "date")]),
    (
        "de",
        "In den ersten elf Monaten des Jahres gingen Gesuche ein.",
        [("ersten elf Monaten des Jahres", "2025-01", "2025-11", "date")],
    ),
    (
        "de",
        "Die Wartezeit stieg von acht auf 18 Monate.",
        [("acht", 2 / 3, 2 / 3, "year"), ("18 Monate", 1.5, 1.5, "year")],
    ),
    ("de", "Pro Sekunde verarbeitet das Modell 180 Token.", [("180 Token", 180, 180, "count/s")]),
    ("en", "It opens a year and a half later.", [("a year and a half", 1.5, 1.5, "year")]),
    ("en", "Sales came to T$512 billion.", [("T$512 billion", 512 * B, 512 * B, "TWD")]),
    ("de", "Das Geld kommt noch heuer.", [("heuer", "2025", "2025", "date")]),
    (
        "en",
        "In the first eleven months of the year it fell.",
        [("first eleven months of the year", "2025-01", "2025-11", "date")],
    ),
    ("de", "Erlaubt ist eine TPP von höchstens 21.000.", [("21.000", None, 21_000, "TPP")]),
]
