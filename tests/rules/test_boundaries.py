"""Every threshold from both sides, every effective day and the day before, every clause on who and where."""

import pytest

A100 = {"tpp": 4992, "die_mm2": 826, "io_bw": 600, "dram_bw": 2039}
H100 = {"tpp": 15832, "die_mm2": 814, "io_bw": 900, "dram_bw": 3350}
H20 = {"tpp": 2368, "die_mm2": 814, "io_bw": 900, "dram_bw": 4000, "has_hbm": 1}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        # 3A090 of 2022: both 600 GB/s and 4,800, inclusive
        ({"date": "2023-01-15", "tpp": 4800, "io_bw": 600}, "LIC_PD"),
        ({"date": "2023-01-15", "tpp": 4799.99, "io_bw": 600}, "NLR"),
        ({"date": "2023-01-15", "tpp": 4800, "io_bw": 599.9}, "NLR"),
        # letter of August 2022: 4,992 and 600
        ({"date": "2022-09-01", "tpp": 4992, "io_bw": 600}, "LIC"),
        ({"date": "2022-09-01", "tpp": 4991, "io_bw": 600}, "NLR"),
        # 3A090.a.1 and .a.2
        ({"date": "2024-01-15", "tpp": 4800, "pd": 1}, "LIC_PD"),
        ({"date": "2024-01-15", "tpp": 1600, "pd": 5.92}, "LIC_PD"),
        ({"date": "2024-01-15", "tpp": 1599.9, "pd": 50}, "NLR"),
        ({"date": "2024-01-15", "tpp": 1600, "pd": 5.919}, "NAC"),
        # 3A090.b.1: 2,400 <= TPP < 4,800 and 1.6 <= density < 5.92
        ({"date": "2024-01-15", "tpp": 2400, "pd": 1.6}, "NAC"),
        ({"date": "2024-01-15", "tpp": 2399.9, "pd": 1.6}, "NLR"),
        ({"date": "2024-01-15", "tpp": 2400, "pd": 1.599}, "NLR"),
        ({"date": "2024-01-15", "tpp": 4799.9, "pd": 1.6}, "NAC"),
        ({"date": "2024-01-15", "tpp": 4799.9, "pd": 1.5}, "NLR"),
        # 3A090.b.2: from 1,600 with 3.2 <= density < 5.92
        ({"date": "2024-01-15", "tpp": 1600, "pd": 3.2}, "NAC"),
        ({"date": "2024-01-15", "tpp": 1600, "pd": 3.199}, "NLR"),
        # not for data centres: 4,800 alone counts (Note 2)
        ({"date": "2024-01-15", "datacenter": 0, "tpp": 4800, "pd": 9}, "NAC"),
        ({"date": "2024-01-15", "datacenter": 0, "tpp": 4799.9, "pd": 50}, "NLR"),
        # density from the die area: 2,000 / 625 = 3.2
        ({"date": "2024-01-15", "tpp": 2000, "die_mm2": 625}, "NAC"),
        ({"date": "2024-01-15", "tpp": 2000, "die_mm2": 625.1}, "NLR"),
        # bandwidth letter: 1,400, 1,100, 1,700 together, each inclusive
        ({"date": "2025-05-01", "tpp": 100, "pd": 1, "dram_bw": 1400}, "LIC"),
        ({"date": "2025-05-01", "tpp": 100, "pd": 1, "dram_bw": 1399.9}, "NLR"),
        ({"date": "2025-05-01", "tpp": 100, "pd": 1, "io_bw": 1100}, "LIC"),
        ({"date": "2025-05-01", "tpp": 100, "pd": 1, "io_bw": 1099.9}, "NLR"),
        ({"date": "2025-05-01", "tpp": 100, "pd": 1, "io_bw": 700, "dram_bw": 1000}, "LIC"),
        ({"date": "2025-05-01", "tpp": 100, "pd": 1, "io_bw": 700, "dram_bw": 999.9}, "NLR"),
        ({"date": "2025-05-01", "datacenter": 0, "tpp": 4750, "pd": 6, "dram_bw": 1792}, "LIC"),  # RTX 5090 D
        # case by case: below 21,000 and below 6,500
        ({"date": "2026-02-15", "tpp": 20999, "pd": 9, "dram_bw": 6499}, "LIC_CBC"),
        ({"date": "2026-02-15", "tpp": 21000, "pd": 9, "dram_bw": 6499}, "LIC_PD"),
        ({"date": "2026-02-15", "tpp": 20999, "pd": 9, "dram_bw": 6500}, "LIC_PD"),
        ({"date": "2026-02-15", **H20}, "LIC_CBC"),  # a weaker chip is not treated worse than an H200
        # a certificate that is not given
        ({"date": "2026-02-15", **H100, "kyc_ok": 0}, "LIC_PD"),
        ({"date": "2026-02-15", **H100, "cn_us_volume_ratio": 0.5}, "LIC_CBC"),
        ({"date": "2026-02-15", **H100, "cn_us_volume_ratio": 0.51}, "LIC_PD"),
    ],
)  # fmt: skip
def test_thresholds(ask, given, expected):
    assert ask(**given) == expected


@pytest.mark.parametrize(
    ("chip", "steps"),
    [
        # the first day of each rule counts, the day before does not
        (A100, [("2022-08-25", "NLR"), ("2022-08-26", "LIC"), ("2022-10-20", "LIC"), ("2022-10-21", "LIC_PD")]),
        (A100 | {"io_bw": 400}, [("2023-10-22", "NLR"), ("2023-10-23", "LIC_PD"), ("2023-11-16", "LIC_PD"), ("2023-11-17", "LIC_PD")]),
        (A100 | {"io_bw": 400, "vendor": "AMD"}, [("2023-10-23", "NLR"), ("2023-11-16", "NLR"), ("2023-11-17", "LIC_PD")]),
        (H100, [("2023-11-16", "LIC_PD"), ("2023-11-17", "LIC_PD"), ("2026-01-14", "LIC_PD"), ("2026-01-15", "LIC_CBC")]),
        (H20, [("2025-04-08", "NLR"), ("2025-04-09", "LIC"), ("2025-08-07", "LIC"), ("2025-08-08", "LIC_CBC"), ("2025-12-31", "LIC_CBC"), ("2026-01-14", "LIC"), ("2026-01-15", "LIC_CBC")]),
    ],
)  # fmt: skip
def test_days(ask, chip, steps):
    assert [(day, ask(day, **chip)) for day, _ in steps] == steps


@pytest.mark.parametrize(
    ("date", "dest", "hq", "expected"),
    [
        # letters of 2022: China, Hong Kong, Russia; the rule: China with Hong Kong, Macau from 2023-01-17
        ("2022-09-15", "HK", "", "LIC"), ("2022-09-15", "RU", "", "LIC_PD"), ("2022-09-15", "MO", "", "NLR"),
        ("2022-12-01", "HK", "", "LIC_PD"), ("2023-01-16", "MO", "", "NLR"), ("2023-01-17", "MO", "", "LIC_PD"),
        ("2023-03-01", "AE", "", "NLR"), ("2023-03-01", "MY", "CN", "NLR"),  # no headquarters clause in 2022
        # the rule of 2023: D:1, D:4, D:5, Macau without A:5 and A:6
        ("2024-06-01", "CN", "", "LIC_PD"), ("2024-06-01", "HK", "", "LIC_PD"), ("2024-06-01", "MO", "", "LIC_PD"),
        ("2024-06-01", "RU", "", "LIC_PD"), ("2024-06-01", "IR", "", "LIC_PD"), ("2024-06-01", "AE", "", "LIC_PA"),
        ("2024-06-01", "SA", "", "LIC_PA"), ("2024-06-01", "VN", "", "LIC_PA"), ("2024-06-01", "PK", "", "LIC_PA"),
        ("2024-06-01", "IL", "", "NLR"), ("2024-06-01", "SG", "", "NLR"), ("2024-06-01", "TW", "", "NLR"),
        ("2024-06-01", "MY", "", "NLR"), ("2024-06-01", "DE", "", "NLR"), ("2024-06-01", "IN", "", "NLR"),
        # headquarters in D:5 or Macau: anywhere, except at home in the United States
        ("2024-06-01", "MY", "CN", "LIC_PD"), ("2024-06-01", "SG", "HK", "LIC_PD"), ("2024-06-01", "DE", "MO", "LIC_PD"),
        ("2024-06-01", "AE", "CN", "LIC_PD"), ("2024-06-01", "IL", "RU", "LIC_PD"), ("2024-06-01", "MY", "SG", "NLR"),
        ("2024-06-01", "AE", "US", "LIC_PA"), ("2024-06-01", "CN", "US", "LIC_PD"), ("2024-06-01", "US", "CN", "NLR"),
        # the case-by-case rule: China, Hong Kong, Macau; not the same firms elsewhere, not D:5 at large
        ("2026-02-15", "CN", "", "LIC_CBC"), ("2026-02-15", "MO", "", "LIC_CBC"), ("2026-02-15", "HK", "", "LIC_CBC"),
        ("2026-02-15", "MY", "CN", "LIC_PD"), ("2026-02-15", "RU", "", "LIC_PD"), ("2026-02-15", "AE", "", "LIC_PA"),
    ],
)  # fmt: skip
def test_places(ask, date, dest, hq, expected):
    assert ask(date, dest, hq=hq, **H100) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"date": "2025-06-01", **H20, "vendor": "Intel"}, "LIC"),
        ({"date": "2025-06-01", **H20, "vendor": "Huawei"}, "NLR"),  # the letters bind three companies
        ({"date": "2025-06-01", "dest": "AE", **H20}, "NLR"),
        ({"date": "2025-06-01", "dest": "MY", "hq": "CN", **H20}, "LIC"),
        ({"date": "2025-09-01", **H20, "vendor": "Intel"}, "LIC"),  # the licences of 2025 are NVIDIA's and AMD's
        ({"date": "2025-09-01", "datacenter": 0, "tpp": 4750, "pd": 6, "dram_bw": 1792}, "LIC"),
        ({"date": "2025-09-01", "vendor": "AMD", "tpp": 2896, "die_mm2": 724, "io_bw": 364, "dram_bw": 1638, "has_hbm": 1}, "LIC"),
        ({"date": "2022-09-15", **A100, "vendor": "Intel"}, "NLR"),
        ({"date": "2024-06-01", "dest": "AE", "datacenter": 0, "tpp": 5285, "pd": 8.7}, "NAC"),
        ({"date": "2024-06-01", "dest": "MY", "hq": "CN", "datacenter": 0, "tpp": 5285, "pd": 8.7}, "NAC"),
        ({"date": "2024-06-01", "dest": "DE", "datacenter": 0, "tpp": 5285, "pd": 8.7}, "NLR"),
        ({"date": "2026-02-15", **H100, "role": "reexporter"}, "LIC_PD"),
        ({"date": "2026-02-15", **H100, "role": None}, "LIC_PD"),  # a relaxation counts once its facts are known
        ({"date": "2025-05-20", **H20, "dest": "DE", "tpp": 20000, "pd": 20}, "NLR"),  # diffusion rule: never in force
    ],
)  # fmt: skip
def test_who_and_withdrawn(ask, given, expected):
    assert ask(**given) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"tpp": None, "pd": None}, "UNDETERMINED"),
        ({"tpp": 4800, "pd": None}, "LIC_PD"),  # .a.1 needs no density
        ({"tpp": 1599, "pd": None}, "NLR"),  # no density can matter below 1,600
        ({"tpp": 2000, "pd": None}, "UNDETERMINED"),
        ({"tpp": None, "pd": 1.5}, "UNDETERMINED"),  # 4,800 TPP could still be reached
        ({"tpp": 5000, "pd": 9, "datacenter": None}, "UNDETERMINED"),  # LIC_PD or NAC
        ({"tpp": 1000, "pd": 9, "datacenter": None}, "NLR"),
        ({"tpp": 15832, "pd": 9, "hq": "?", "dest": "MY"}, "UNDETERMINED"),
        ({"tpp": 15832, "pd": 9, "hq": "?", "dest": "AE"}, "LIC_PA"),  # a licence in any case
        ({"tpp": 15832, "pd": 9, "hq": "?", "dest": "CN"}, "LIC_PD"),
    ],
)  # fmt: skip
def test_unknowns(ask, given, expected):
    assert ask(date="2024-06-01", **given) == expected


HBM = {"subject": "hbm", "date": "2025-02-01", "eligible_packager": 0}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"hbm_density": 2.0}, "NLR"), ({"hbm_density": 2.01}, "LIC_PD"),
        ({"hbm_density": 4, "date": "2024-12-30"}, "NLR"), ({"hbm_density": 4, "date": "2024-12-31"}, "LIC_PD"),
        ({"hbm_density": 3.29, "eligible_packager": 1}, "NLR"), ({"hbm_density": 3.3, "eligible_packager": 1}, "LIC_PD"),
        ({"hbm_density": 3.29, "eligible_packager": None}, "UNDETERMINED"),
        ({"hbm_density": 7, "eligible_packager": None}, "LIC_PD"),
        ({"hbm_density": None}, "UNDETERMINED"), ({"hbm_density": 4, "co_packaged": 1}, "NLR"),
        ({"hbm_density": None, "dram_bw": 819, "die_mm2": 110}, "LIC_PD"),  # 819 / 110 = 7.4
        ({"hbm_density": 7, "dest": "AE"}, "NLR"), ({"hbm_density": 7, "dest": "MO"}, "LIC_PD"),
        ({"hbm_density": 7, "dest": "KR"}, "NLR"), ({"hbm_density": 7, "dest": "MY", "hq": "CN"}, "LIC_PD"),
    ],
)  # fmt: skip
def test_memory_stacks(ask, given, expected):
    assert ask(**HBM | given) == expected


ORDER = {"subject": "foundry", "date": "2025-06-01", "hq": "CN", "role": "foundry", "node_nm": 5, "nonplanar": 1,
         "designer_approved": 0, "pack_ok": 1, "has_hbm": 0, "transistors_bn": 20}  # fmt: skip


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, "NLR"), ({"pack_ok": 0}, "LIC_PD"), ({"pack_ok": 0, "designer_approved": 1}, "NLR"),
        ({"transistors_bn": 29.9}, "NLR"), ({"transistors_bn": 30}, "LIC_PD"), ({"transistors_bn": 29.9, "has_hbm": 1}, "NLR"),
        ({"transistors_bn": 34.9, "date": "2026-12-31"}, "LIC_PD"), ({"transistors_bn": 34.9, "date": "2027-01-01"}, "NLR"),
        ({"transistors_bn": 35, "date": "2027-01-01"}, "LIC_PD"), ({"transistors_bn": 34.9, "date": "2028-12-31"}, "NLR"),
        ({"transistors_bn": 39.9, "date": "2028-12-31"}, "LIC_PD"), ({"transistors_bn": 39.9, "date": "2029-01-01"}, "NLR"),
        ({"transistors_bn": 40, "date": "2029-01-01"}, "LIC_PD"),
        ({"transistors_bn": 33, "date": "2027-06-01", "has_hbm": 1}, "LIC_PD"),
        ({"node_nm": 28, "nonplanar": 0, "pack_ok": 0}, "NLR"), ({"node_nm": 16, "nonplanar": 0, "pack_ok": 0}, "LIC_PD"),
        ({"node_nm": 17, "nonplanar": 0, "pack_ok": 0}, "NLR"), ({"node_nm": 22, "nonplanar": 1, "pack_ok": 0}, "LIC_PD"),
        ({"date": "2025-01-30", "pack_ok": 0, "datacenter": 0, "has_hbm": 0}, "NLR"),
        ({"date": "2025-01-30", "pack_ok": 0, "datacenter": 1, "node_nm": 7}, "LIC"), ({"date": "2024-11-10", "datacenter": 1, "node_nm": 7}, "NLR"), ({"date": "2025-01-31", "pack_ok": 0}, "LIC_PD"),
        ({"dest": "TW", "pack_ok": 0}, "LIC_PD"), ({"dest": "TW", "hq": "US", "pack_ok": 0}, "NLR"),
        ({"pack_ok": None}, "UNDETERMINED"), ({"pack_ok": None, "transistors_bn": 50}, "LIC_PD"),
        ({"transistors_bn": None}, "UNDETERMINED"), ({"transistors_bn": None, "designer_approved": 1}, "NLR"),
    ],
)  # fmt: skip
def test_foundry_orders(ask, given, expected):
    assert ask(**ORDER | given) == expected
