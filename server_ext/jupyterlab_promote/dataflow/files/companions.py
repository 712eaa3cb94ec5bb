"""Files that a library reads together with the one that it is told: a shapefile is five files beside each other.

The endings are those of GDAL's drivers (https://gdal.org/en/stable/drivers), of BrainVision and EEGLAB recordings,
of PLINK's and samtools' files, and of models that gensim keeps beside their large arrays.
"""

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from jupyterlab_promote.dataflow.files.patterns import matching
from jupyterlab_promote.model.pipeline import FileUse

_WORLD = (".aux.xml", ".hdr", ".prj", ".tfw", ".tifw", ".jgw", ".pgw", ".wld", ".ovr", ".rrd")
_INSTEAD: Mapping[str, Sequence[str]] = {
    ".shp": (".shx", ".dbf", ".prj", ".cpg", ".qix", ".sbn", ".sbx", ".qpj", ".cst"),
    ".tab": (".dat", ".map", ".id", ".ind"),
    ".mif": (".mid",),
    ".csv": (".csvt", ".prj"),
    ".hdr": (".img", ".dat", ".raw", ".bil", ".bip", ".bsq", ".prj"),
    ".img": _WORLD,
    ".dat": (".hdr", ".hea", ".atr"),
    ".bil": (".hdr", ".blw", ".prj", ".stx"),
    ".tif": _WORLD,
    ".tiff": _WORLD,
    ".jpg": _WORLD,
    ".png": _WORLD,
    ".asc": (".prj",),
    ".flt": (".hdr", ".prj"),
    ".hea": (".dat", ".atr", ".xws"),
    ".mhd": (".raw", ".zraw"),
    ".vhdr": (".eeg", ".vmrk", ".dat"),
    ".set": (".fdt",),
    ".bed": (".bim", ".fam"),
    ".bam": (".bai",),
    ".xdmf": (".h5",),
    ".xmf": (".h5",),
    ".gltf": (".bin",),
    ".obj": (".mtl",),
}
"""By the ending of what is named, those that stand in its place."""
_MODEL = (
    ".npy", ".vectors.npy", ".vectors_vocab.npy", ".vectors_ngrams.npy", ".wv.vectors.npy", ".wv.vectors_vocab.npy",
    ".wv.vectors_ngrams.npy", ".dv.vectors.npy", ".docvecs.vectors_docs.npy", ".syn1neg.npy", ".syn1.npy",
    ".trainables.syn1neg.npy", ".trainables.vectors_lockf.npy", ".expElogbeta.npy", ".state", ".id2word", ".index",
)  # fmt: skip
_BEHIND = (".aux.xml", ".ovr", ".xml", ".bai", ".csi", ".tbi", ".fai", ".gzi", *_MODEL)
"""What stands behind the whole name."""


def with_companions(
    uses: tuple[FileUse, ...], present: frozenset[str] | None
) -> tuple[FileUse, ...]:
    """The files that a notebook reads, and those beside them that are read with them."""
    if present is None:
        return uses
    known = {use.path for use in uses}
    more = {
        path: use.model_copy(update={"path": path})
        for use in uses
        if use.kind == "data" and use.travels == "frozen"
        for path in _beside(use.path, present)
        if path not in known
    }
    return (*uses, *more.values()) if more else uses


@lru_cache(maxsize=4096)
def _beside(path: str, present: frozenset[str]) -> tuple[str, ...]:
    return tuple(p for p in named_like(path) if p in present or ("*" in p and matching(p, present)))


def named_like(path: str) -> Iterator[str]:
    """The paths that a library may look for beside one that it is told."""
    stem, ending = posixpath.splitext(path)
    instead = _INSTEAD.get(ending.lower(), ())
    yield from (stem + (e.upper() if ending.isupper() else e) for e in instead)
    if "*" not in path:
        yield from (path + behind for behind in _BEHIND)
