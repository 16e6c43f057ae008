"""The names along the axes of the race model's arrays. The draw axis is always last."""

from __future__ import annotations

from rechenmacht.dates import quarters

FIRST, LAST_OBSERVED, LAST = "2022-Q1", "2026-Q2", "2035-Q4"
QUARTERS = quarters(FIRST, LAST)
OBSERVED = quarters(FIRST, LAST_OBSERVED)
LEVELS = "2025-Q4"  # at whose end stand the levels that priors state: cash, adoption, capacity, progress

# What is counted of the same chips. Three compute bases, never mixed: an H100e is 1,979 TFLOP/s of dense 8-bit peak,
# 989.4 TFLOP/s of dense 16-bit peak, or 3.35 TB/s of memory bandwidth.
MEASURES = ("chips", "h100e_8bit", "h100e_16bit", "h100e_bandwidth", "chip_power_mw")
CHIPS, H100E_8BIT, H100E_16BIT, H100E_BANDWIDTH, CHIP_POWER = range(5)

VENDORS = ("nvidia", "amd", "google", "amazon", "other_us", "huawei", "other_china", "open_hardware")
VENDOR_ENTITY = {
    "nvidia": "org:nvidia",
    "amd": "org:amd",
    "google": "org:google",
    "amazon": "org:amazon",
    "huawei": "org:huawei",
    "other_china": "org:other-china-vendors",
}
NVIDIA, AMD = VENDORS.index("nvidia"), VENDORS.index("amd")
HUAWEI = VENDORS.index("huawei")
CHINESE = ("huawei", "other_china")
AMERICAN = ("nvidia", "amd", "google", "amazon", "other_us")
# Whose technology a vendor's chips run on: the stack's bloc, or "open" for open hardware.
STACK_OF = {**dict.fromkeys(AMERICAN, "us"), **dict.fromkeys(CHINESE, "cn"), "open_hardware": "open"}

OWNERS = (
    "google",
    "microsoft",
    "amazon",
    "meta",
    "oracle",
    "coreweave",
    "xai",
    "other_us",
    "china",
    "europe",
    "gulf",
    "rest",
)
OWNER_ENTITY = {
    "google": "org:google",
    "microsoft": "org:microsoft",
    "amazon": "org:amazon",
    "meta": "org:meta",
    "oracle": "org:oracle",
    "coreweave": "org:coreweave",
    "xai": "org:xai",
    "china": "bloc:cn",
}
# "Other owners" in the source are split over these by parameters deployment.other_owners.*
OTHER_OWNERS = ("other_us", "europe", "gulf", "rest")

BLOCS = ("us", "cn", "eu", "gulf", "rest")
US, CN, EU, GULF, REST = range(5)
OWNERS_OF_BLOC = {
    "us": ("google", "microsoft", "amazon", "meta", "oracle", "coreweave", "xai", "other_us"),
    "cn": ("china",),
    "eu": ("europe",),
    "gulf": ("gulf",),
    "rest": ("rest",),
}

# What compute is used for, and by which route power reaches a site.
USES = ("research", "training", "inference", "public_good")
RESEARCH, TRAINING, INFERENCE, PUBLIC_GOOD = range(4)
ROUTES = ("grid", "turbine", "engine")

# The rival meanings of "ahead" (GLOSSARY.md).
DEFINITIONS = ("frontier", "application", "stack", "infrastructure", "workforce", "sovereignty")


def year_at_end(quarter: str) -> float:
    """Return the end of a quarter as a decimal year: `2025-Q4` is 2026.0."""
    return int(quarter[:4]) + int(quarter[6]) / 4
