"""By which name packages are imported, and which of them other libraries may need unseen.

Only what is certain stands here. Left out is what is used without an import: drivers, plugins, command-line
tools, and what Metaflow itself needs.
"""

from __future__ import annotations

import re

_OTHERWISE = {
    "beautifulsoup4": "bs4",
    "faker": "faker",
    "imbalanced-learn": "imblearn",
    "levenshtein": "Levenshtein",
    "opencv-python": "cv2",
    "opencv-python-headless": "cv2",
    "pillow": "PIL",
    "py-opencv": "cv2",
    "python-dateutil": "dateutil",
    "python-levenshtein": "Levenshtein",
    "pytorch": "torch",
    "pyyaml": "yaml",
    "scikit-image": "skimage",
    "scikit-learn": "sklearn",
    "scikit-surprise": "surprise",
    "umap-learn": "umap",
}
_ALIKE = {
    "catboost",
    "editdistance",
    "feedparser",
    "folium",
    "ftfy",
    "gensim",
    "geopy",
    "httpx",
    "implicit",
    "jellyfish",
    "langdetect",
    "lifelines",
    "lightgbm",
    "matplotlib",
    "networkx",
    "nltk",
    "numpy",
    "openai",
    "pandas",
    "plotly",
    "pmdarima",
    "polars",
    "prophet",
    "rapidfuzz",
    "scipy",
    "seaborn",
    "shap",
    "spacy",
    "statsmodels",
    "textblob",
    "textdistance",
    "torch",
    "tqdm",
    "transformers",
    "tweepy",
    "unidecode",
    "wordcloud",
    "xgboost",
    "yfinance",
}

APPLICATIONS = {
    "catboost",
    "editdistance",
    "faker",
    "feedparser",
    "folium",
    "ftfy",
    "gensim",
    "geopy",
    "implicit",
    "jellyfish",
    "langdetect",
    "Levenshtein",
    "lifelines",
    "lightgbm",
    "nltk",
    "openai",
    "pmdarima",
    "prophet",
    "rapidfuzz",
    "surprise",
    "textblob",
    "textdistance",
    "tweepy",
    "unidecode",
    "wordcloud",
    "xgboost",
    "yfinance",
}
"""Modules that no module of `SELF_CONTAINED` imports behind a user's back, required or not."""

SELF_CONTAINED = {
    "bs4",
    "catboost",
    "dateutil",
    "editdistance",
    "jellyfish",
    "Levenshtein",
    "lightgbm",
    "matplotlib",
    "nltk",
    "numpy",
    "pandas",
    "PIL",
    "pytz",
    "rapidfuzz",
    "requests",
    "scipy",
    "sklearn",
    "tqdm",
    "xgboost",
    "yaml",
}
"""Modules that need none of `APPLICATIONS`, and load no objects of other libraries."""


def import_name(package: str) -> str | None:
    """The module that a package is imported as; None where it is not known for certain.

    A channel of conda may stand in front. What comes with extras is not known.
    """
    name = re.sub(r"[-_.]+", "-", package.rpartition("::")[2].strip()).lower()
    return _OTHERWISE.get(name) or (name if name in _ALIKE else None)
