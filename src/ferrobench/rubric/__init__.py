"""What people say of the samples: the rubric, ratings in files, blind order, and how far raters agree."""

from ferrobench.rubric.agreement import Level, alpha_interval, krippendorff_alpha
from ferrobench.rubric.blind import BlindSample, assign, blind_order, deal, pick
from ferrobench.rubric.criteria import RUBRIC, Criterion, Scale
from ferrobench.rubric.definitions import RUBRIC_DEFINITIONS
from ferrobench.rubric.rating import Rating, SampleName, Scores, append_ratings, read_ratings
from ferrobench.rubric.review_file import REVIEWS_FILE, ReviewFile, ReviewPlan, load_reviews
from ferrobench.rubric.summary import Agreement, CriterionSummary, RubricSummary, summarize_ratings

__all__ = [
    "REVIEWS_FILE",
    "RUBRIC",
    "RUBRIC_DEFINITIONS",
    "Agreement",
    "BlindSample",
    "Criterion",
    "CriterionSummary",
    "Level",
    "Rating",
    "ReviewFile",
    "ReviewPlan",
    "RubricSummary",
    "SampleName",
    "Scale",
    "Scores",
    "alpha_interval",
    "append_ratings",
    "assign",
    "blind_order",
    "deal",
    "krippendorff_alpha",
    "load_reviews",
    "pick",
    "read_ratings",
    "summarize_ratings",
]
