"""A chip within its system: what the engine needs to know of it, from claims, with priors for what nobody states."""

from __future__ import annotations

from dataclasses import dataclass, field

from rechenmacht.catalogue import Chip, chip
from rechenmacht.domains.engine.library import Family, families
from rechenmacht.domains.engine.spoken import said
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base, once
from rechenmacht.evidence.resolve import number_of

MATMUL16 = "matmul_fp16_achieved"
MATMUL8 = "matmul_fp8_achieved"


@dataclass(frozen=True, slots=True)
class Hardware:
    """One chip with its links.

    Units: TFLOP/s dense, GB, TB/s, W, chips, GB/s per chip and direction, kW. `matmul16` and `matmul8` are the
    measured shares of the peak that the best matrix product reaches. `trains8`: training can use the 8-bit units
    (floating point, or TPU). `measured`: whether the chip's own best matrix product was measured. `spread` is the log
    standard deviation that unknown specifications add to a prediction, `assumed` says which they are.
    `host_w`: watts of the rest of its rack per chip, where a claim states the rack's power; zero where the
    rated power is the whole machine's. `mesh`: whether the chips of a server are wired in pairs.
    """

    id: str
    name: str
    family: str
    peak16: float
    peak8: float
    peak4: float
    memory_gb: float
    memory_tbps: float
    tdp_w: float
    domain: int
    scaleup_gbps: float
    scaleout_gbps: float
    matmul16: float
    matmul8: float
    all_in_kw: float
    node: int = 8
    trains8: bool = False
    measured: bool = True
    assumed: dict[str, str] = field(default_factory=dict)
    spread: float = 0.0
    host_w: float | None = None
    mesh: bool = False

    @property
    def host_chips(self) -> int:
        """Chips that share one host: four on a tray of a rack-scale NVIDIA system, else a node's."""
        return 4 if self.domain >= 32 and self.family == "blackwell" else max(self.node, 1)

    def peak(self, bits: int) -> float:
        """Return the dense peak in TFLOP/s at 4, 8 or 16 bits (the next wider format where one is missing)."""
        return {4: self.peak4, 8: self.peak8}.get(bits, self.peak16)


def _checked(name: str, value: float) -> float:
    if not value > 0:
        raise BadInput(f"{name} must be above zero, not {value:g}")
    return value


def _sibling_peak(base: Base, known: Chip, family: Family) -> float:
    """Return the median 16-bit peak of chips of the same name stem, else of the family.

    Raises:
        BadInput: if no relative's peak is known either.
    """
    stem = known.id.rsplit("-", 1)[0]
    relatives = [e.id for e in base.entities.values() if e.kind == "chip" and families().of(e.id).name == family.name]
    near = [name for name in relatives if name == stem or name.startswith(f"{stem}-")]
    for group in (near, relatives):
        values = [v for v in (chip(base, name).get("peak_fp16_dense") for name in group) if v is not None]
        if values and family.name != "other":
            return sorted(values)[len(values) // 2]
    raise BadInput(f"{known.id}: no claim states a 16-bit or 8-bit peak, so nothing can be computed from it")


def _peaks(base: Base, known: Chip, family: Family, assumed: dict[str, str]) -> tuple[float, float, float]:
    peak16 = known.get("peak_fp16_dense")
    if peak16 is None and known.peak_8bit is None:
        peak16 = _sibling_peak(base, known, family)
        assumed["peak16"] = said("relatives", "{n:g} TFLOP/s, as its relatives", n=peak16)
    if peak16 is None:
        wider = known.peak_8bit or 0.0
        peak16 = wider / 2
        assumed["peak16"] = said("half_peak", "{n:g} TFLOP/s, half of the 8-bit peak", n=peak16)
    peak16 *= family.usable_peak
    fp8, int8 = known.get("peak_fp8_dense"), known.get("peak_int8_dense")
    eight = [x for x in (fp8, int8 if family.eight_bit else None) if x is not None]
    peak8 = max([*eight, peak16])
    peak4 = known.get("peak_fp4_dense") or peak8
    return peak16, peak8, max(peak4, peak8)


def _matmul(base: Base, known: Chip, family: Family, peak16: float, peak8: float) -> tuple[float, float, bool]:
    def share(quantity: str, peak: float) -> float | None:
        value = number_of(base, known.id, quantity)
        return min(value / peak, 1.0) if value is not None and peak > 0 else None

    sixteen = share(MATMUL16, peak16)
    eight = share(MATMUL8, peak8) if peak8 > peak16 else sixteen
    known_best = sixteen is not None
    sixteen = family.matmul if sixteen is None else sixteen
    return sixteen, (sixteen * family.eight_share if eight is None else eight), known_best


@once
def hardware(base: Base, name: str) -> Hardware:
    """Assemble a chip and its links from claims; what no claim states comes from the family, and is said.

    Args:
        base: the fact base.
        name: id, name or alias of a chip.

    Raises:
        BadInput: if there is no such chip, or nothing states its peak.
    """
    known = chip(base, name)
    family = families().of(known.id)
    assumed: dict[str, str] = {}
    unknown = 0.0

    def spec(quantity: str, prior: float, unit: str, weight: float) -> float:
        nonlocal unknown
        value = known.get(quantity)
        if value is None:
            assumed[quantity] = said(
                "prior", "{n:g} {unit}, prior of family {family}", n=prior, unit=unit, family=family.name
            )
            unknown += weight**2
            return prior
        return value

    peak16, peak8, peak4 = _peaks(base, known, family, assumed)
    unknown += (0.4 if "relatives" in assumed.get("peak16", "") else 0.2) ** 2 if "peak16" in assumed else 0.0
    matmul16, matmul8, measured = _matmul(base, known, family, peak16, peak8)
    tdp = spec("tdp", family.tdp_w, "W", 0.0)
    all_in = number_of(base, known.id, "power_all_in_per_chip")
    if all_in is None:
        all_in = tdp / 1000 * family.all_in_factor
        assumed["power_all_in_per_chip"] = said(
            "all_in", "{n:.2f} kW, {factor:g} times the chip's power", n=all_in, factor=family.all_in_factor
        )
    return Hardware(
        id=known.id,
        name=known.name,
        family=family.name,
        peak16=peak16,
        peak8=peak8,
        peak4=peak4,
        memory_gb=spec("memory_capacity", family.memory_gb, "GB", 0.1),
        memory_tbps=_checked("memory bandwidth", spec("memory_bandwidth", family.memory_tbps, "TB/s", 0.15)),
        tdp_w=tdp,
        domain=max(1, round(spec("scaleup_domain", family.domain, "chips", 0.05))),
        scaleup_gbps=_checked("scale-up bandwidth", spec("scaleup_bandwidth", family.scaleup_gbps, "GB/s", 0.1)),
        scaleout_gbps=_checked("scale-out bandwidth", spec("scaleout_bandwidth", family.scaleout_gbps, "GB/s", 0.05)),
        matmul16=matmul16,
        matmul8=matmul8,
        all_in_kw=all_in,
        node=min(8, max(1, round(family.domain))) if family.domain < 8 else 8,
        trains8=known.get("peak_fp8_dense") is not None or family.name == "hopper" or family.name.startswith("tpu"),
        measured=measured,
        assumed=assumed,
        spread=unknown**0.5,
        mesh=family.mesh > 0,
        host_w=0.0 if known.id.removeprefix("chip:").startswith(family.whole_machine or ("-",)) else None,
    )
