"""Importers of public data sets, one module each; every module's docstring states its judgements.

`IMPORTERS` is the registry. All of them use the standard library alone, so loading them costs next to
nothing.
"""

from __future__ import annotations

from rechenmacht.evidence.importers import (
    census_btos,
    epoch_chip_counts,
    epoch_chip_users,
    epoch_data_centers,
    epoch_gpu_clusters,
    epoch_ml_hardware,
    epoch_models,
    microsoft_ai_diffusion,
    mlperf_inference,
    mlperf_training,
    owid_electricity,
    worldbank_gdp,
    worldbank_population,
)
from rechenmacht.evidence.importers._frame import Imported, Importer

IMPORTERS: dict[str, Importer] = {
    module.IMPORTER.name: module.IMPORTER
    for module in (
        epoch_chip_counts,
        epoch_chip_users,
        epoch_ml_hardware,
        epoch_gpu_clusters,
        epoch_data_centers,
        epoch_models,
        owid_electricity,
        mlperf_training,
        mlperf_inference,
        census_btos,
        worldbank_gdp,
        worldbank_population,
        microsoft_ai_diffusion,
    )
}
__all__ = ["IMPORTERS", "Imported", "Importer"]
