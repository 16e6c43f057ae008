"""Routes of the engine: a training run, a service, and two systems side by side."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from rechenmacht.errors import BadInput
from rechenmacht.outputs.web.api.forms import PROBLEMS, REGION, Name, Positive, Strict
from rechenmacht.outputs.web.service import Service

if TYPE_CHECKING:
    from rechenmacht.domains.engine.compare import Comparison
    from rechenmacht.domains.engine.reach import Step
    from rechenmacht.domains.engine.systems import System

MOST_CHIPS = 10_000_000
Region = Annotated[str, Field(min_length=2, max_length=20, pattern=REGION)]
Ranks = Annotated[int, Field(ge=1, le=1_000_000)]


class Train(Strict):
    """A training run; the fields are the options of `rechenmacht engine train`."""

    system: Name
    model: Name
    batch: Annotated[float, Field(ge=1, le=1e7)] = 1024
    seq: Annotated[float, Field(ge=1, le=1e7)] = 4096
    tokens: Positive | None = None
    precision: Annotated[str, Field(max_length=10)] = "bf16"
    stack: Name | None = None
    tp: Ranks | None = None
    pp: Ranks | None = None
    dp: Ranks | None = None
    micro: Ranks | None = None
    lora: bool = False
    maturity: Annotated[float, Field(gt=0, le=1)] | None = None
    region: Region = "us"
    price: Positive | None = None
    rent: Positive | None = None


class Serve(Strict):
    """A service; the fields are the options of `rechenmacht engine serve`."""

    system: Name
    model: Name
    prompt: Annotated[float, Field(ge=1, le=1e7)] = 4096
    output: Annotated[float, Field(ge=1, le=1e7)] = 1024
    ms_per_token: Annotated[float, Field(gt=0, le=1e6)] | None = 50
    first_token_s: Annotated[float, Field(gt=0, le=1e6)] | None = None
    weight_bits: Literal[4, 8, 16] = 8
    stack: Name | None = None
    speculative: Annotated[float, Field(ge=1, le=100)] = 1.0
    disaggregated: bool = False
    region: Region = "us"
    price: Positive | None = None
    rent: Positive | None = None
    per_worker: Positive | None = None


class Versus(Strict):
    """Two systems on one workload; the fields are the options of `rechenmacht engine compare`."""

    a: Name
    b: Name
    workload: Name = "train-70b"
    region_a: Region = "us"
    region_b: Region = "us"
    precision: Annotated[str, Field(max_length=10)] | None = None


class Reach(Strict):
    """The same chips from one rack to the internet; the fields are the options of `rechenmacht engine reach`."""

    chip: Name = "h100-sxm"
    chips: Annotated[int, Field(ge=1, le=MOST_CHIPS)] = 1024
    model: Name = "llama3-70b"
    method: Name = "diloco"
    uplink_gbit: Annotated[float, Field(gt=0, le=1e5)] | None = None


class Decentral(Strict):
    """A run over the internet; the fields are the options of `rechenmacht engine decentral`."""

    model: Name
    workers: Annotated[int, Field(ge=1, le=MOST_CHIPS)]
    chip: Name = "h100"
    chips_per_worker: Annotated[int, Field(ge=1, le=1_000_000)] = 8
    uplink_gbit: Annotated[float, Field(gt=0, le=1e5)] = 1.0
    method: Name = "diloco"
    inner_steps: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    overlap: Annotated[float, Field(ge=0, le=1)] = 0.0
    online: Annotated[float, Field(gt=0, le=1)] = 1.0
    tokens_per_step: Annotated[float, Field(ge=1, le=1e12)] = 1048576
    seq: Annotated[float, Field(ge=1, le=1e7)] = 4096
    tokens: Positive | None = None


def routes(service: Service) -> APIRouter:
    """Return the routes."""
    router = APIRouter(tags=["engine"], prefix="/engine", responses=PROBLEMS)

    @router.get("/names")
    async def names() -> Response:
        """List what the engine can be asked about: systems, models, workloads, software."""
        from rechenmacht.domains.engine import library
        from rechenmacht.domains.engine.compare import WORKLOADS
        from rechenmacht.domains.engine.systems import shipped

        content = {
            "systems": [name.removeprefix("system:") for name in shipped()],
            "counted": "N x CHIP, for example 1024x h100-sxm; chips are listed under /api/v1/chips",
            "models": sorted(library.architectures()),
            "workloads": sorted(WORKLOADS),
            "stacks": sorted(library.stacks()),
            "methods": ["sync", *(one.name for one in library.methods())],
        }
        return service.answer(content)

    @router.post("/train")
    async def train(body: Train) -> Response:
        """Predict a training run: step, tokens/s, utilisation, time, energy, cost, and what bounds it."""
        content, claims = await service.work.run(lambda: _train(service, body))
        return service.answer(content, claims)

    @router.post("/serve")
    async def serve(body: Serve) -> Response:
        """Predict a service: tokens/s in all, per chip, per user and per MW, USD per million tokens."""
        content, claims = await service.work.run(lambda: _serve(service, body))
        return service.answer(content, claims)

    @router.post("/compare")
    async def compare(body: Versus) -> Response:
        """Set two systems side by side: time, power, cost, racks, what bounds each, and the break-even points."""
        content, claims = await service.work.run(lambda: _compare(service, body))
        return service.answer(content, claims)

    @router.post("/reach")
    async def reach(body: Reach) -> Response:
        """Spread the same chips step by step from one rack to the internet: what they deliver at each step."""
        name, steps, claims = await service.work.run(lambda: reached(service, body))
        rows = [{**asdict(one), "per_chip": one.per_chip} for one in steps]
        return service.answer({"asked": body.model_dump(), "chip": name, "steps": rows}, claims)

    @router.post("/decentral")
    async def decentral(body: Decentral) -> Response:
        """Predict a training run over the internet: utilisation, sync, rate, and the compute it is worth."""
        content, claims = await service.work.run(lambda: _decentral(service, body))
        return service.answer(content, claims)

    return router


def _checked(system: Any) -> Any:
    """Refuse systems beyond what the engine's layouts were made for."""
    if system.chips > MOST_CHIPS:
        raise BadInput(f"system: at most {MOST_CHIPS:,} chips, not {system.chips:,}")
    return system


def _subjects(system: System) -> list[str]:
    """Return what a system's figures are claimed of: its chip, and the shipped system that it names."""
    from rechenmacht.domains.engine.systems import shipped

    name = system.name.lower()
    return [system.hw.id, *(one for one in shipped() if one.removeprefix("system:") in name)]


def _claims(service: Service, *subjects: str) -> list[str]:
    """Return the claims about chips, systems and the coefficients that an answer rests on."""
    base = service.base
    found = [claim for name, one in base.parameters.items() if name.startswith("engine.") for claim in one.claims]
    return found + [
        claim.id for claim in base.tables.claims if claim.subject in subjects and claim.grade != "unverified"
    ]


def _train(service: Service, body: Train) -> tuple[dict[str, Any], list[str]]:
    from rechenmacht.domains.engine import plan, systems
    from rechenmacht.domains.engine.layout import Bounds
    from rechenmacht.domains.engine.parameters import coefficients

    base = service.base
    system = _checked(systems.system(base, body.system))
    bounds = Bounds(tp=body.tp, pp=body.pp, dp=body.dp, micro=body.micro)
    found = plan.train(
        base, system, systems.model(body.model), coefficients(base), body.batch, body.seq, body.precision, body.tokens,
        body.stack, bounds, body.region.lower(), body.price, body.rent, body.maturity, body.lora,
    )  # fmt: skip
    return {"asked": body.model_dump(), "result": plan.plain(found)}, _claims(service, *_subjects(system))


def _serve(service: Service, body: Serve) -> tuple[dict[str, Any], list[str]]:
    from rechenmacht.domains.engine import plan, systems
    from rechenmacht.domains.engine.inference import Service as Served
    from rechenmacht.domains.engine.parameters import coefficients
    from rechenmacht.domains.engine.serving import Target

    base, bits = service.base, body.weight_bits
    system = _checked(systems.system(base, body.system))
    stack = body.stack or plan.SERVING_STACK.get(system.hw.family, "other")
    served = Served(
        body.prompt, body.output, bits, bits, 8 if bits <= 8 else 16, stack, body.speculative, body.disaggregated
    )
    target = Target(None if body.ms_per_token is None else body.ms_per_token / 1000, body.first_token_s)
    found = plan.serving(
        base, system, systems.model(body.model), coefficients(base), served, target, body.region.lower(), body.price,
        body.rent, body.per_worker,
    )  # fmt: skip
    return {"asked": body.model_dump(), "result": plan.plain(found)}, _claims(service, *_subjects(system))


def compared(service: Service, body: Versus) -> tuple[Comparison, list[str]]:
    """Return two systems side by side, and the claims that rests on.

    Raises:
        BadInput: if something is unknown or does not fit.
    """
    from rechenmacht.domains.engine import systems
    from rechenmacht.domains.engine.compare import compare, workload
    from rechenmacht.domains.engine.parameters import coefficients

    base = service.base
    for name in (body.a, body.b):
        _checked(systems.system(base, name))
    regions = (body.region_a.lower(), body.region_b.lower())
    found = compare(base, body.a, body.b, workload(body.workload), coefficients(base), *regions, body.precision)
    return found, _claims(service, *_subjects(found.a.system), *_subjects(found.b.system))


def _compare(service: Service, body: Versus) -> tuple[dict[str, Any], list[str]]:
    found, claims = compared(service, body)
    return found.document(), claims


def reached(service: Service, body: Reach) -> tuple[str, tuple[Step, ...], list[str]]:
    """Return a chip's name, what it delivers step by step, and the claims that rests on.

    Raises:
        BadInput: if something is unknown or cannot be.
    """
    from rechenmacht.domains.engine import systems
    from rechenmacht.domains.engine.parameters import coefficients
    from rechenmacht.domains.engine.reach import reach

    base = service.base
    hw = systems.system(base, f"1x {body.chip}").hw
    steps = reach(base, coefficients(base), body.chip, body.chips, body.model, body.method, body.uplink_gbit)
    return hw.name, steps, [*_claims(service, hw.id), *(one.claim for one in steps if one.claim)]


def _decentral(service: Service, body: Decentral) -> tuple[dict[str, Any], list[str]]:
    from rechenmacht.domains.engine import systems
    from rechenmacht.domains.engine.parameters import coefficients
    from rechenmacht.domains.engine.swarm import Swarm, train_swarm

    base, told = service.base, body.model_dump()
    hw = systems.system(base, f"1x {body.chip}").hw
    found = train_swarm(base, coefficients(base), Swarm(**told))
    return {"asked": told, "result": asdict(found)}, _claims(service, hw.id)
