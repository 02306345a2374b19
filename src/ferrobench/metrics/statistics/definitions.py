"""What the intervals of a run and its power mean, for ``ferrobench explain`` and the docs."""

from __future__ import annotations

from ferrobench.metrics.definition import Better, Definition

_BEHIND = "intervals.*"
"""Where the estimates of the headline rates stand in the results."""

STATISTICS_DEFINITIONS: tuple[Definition, ...] = (
    Definition(
        name="interval_over_prompts",
        key=f"{_BEHIND}.interval_over_prompts",
        summary="Where the rate lies at 95 % for all prompts of this kind, of which those of the suite are a sample.",
        formula="Wilson's interval with the effective sample size p (1 - p) / V in the place of the number of samples and "
        "Student's t in the place of z. V is the cluster-robust variance of the rate with the correction CR2, the prompts "
        "being the clusters; t has Satterthwaite's degrees of freedom, prompts - 1 where all have as many samples. It "
        "is never wider than Wilson's interval with the prompts as trials, which it is where each prompt is all or nothing.",
        source="Wilson 1927 (JASA 22, 209-212); Bell and McCaffrey 2002 (Survey Methodology 28, 169-181); Dean and Pagano 2015 "
        "(J. Survey Statistics and Methodology 3, 484-503); for evaluations Miller 2024 (arXiv:2411.00640)",
        unit="percent",
        range="0 to 100",
        better=Better.NEITHER,
        caveats=(
            "It is for a statement about models on such prompts; two runs on the same suite differ by far less, see "
            "interval_over_samples.",
            "Null for a single prompt, which says nothing of others.",
            "Over 2 or 3 prompts it mostly covers more than 95 %, and says little.",
            "Where a few rare prompts carry the rate it covers less: in simulation 86 to 93 % with 5 to 40 prompts of 25 "
            "and more samples, when most prompts are hardly ever solved.",
        ),
    ),
    Definition(
        name="interval_over_samples",
        key=f"{_BEHIND}.interval_over_samples",
        summary="Where the rate on these very prompts lies at 95 %, if only their samples were drawn again.",
        formula="Wilson's interval with the effective sample size p (1 - p) / V. V is the stratified variance, the sum over "
        "prompts of (share of the samples)² times p_i (1 - p_i) / n_i, each estimated without bias. The effective size is at "
        "least the number of samples.",
        source="Wilson 1927 (JASA 22, 209-212); stratified sampling as in Cochran, Sampling Techniques, 3rd ed. 1977, ch. 5",
        unit="percent",
        range="0 to 100",
        better=Better.NEITHER,
        caveats=(
            "It says nothing of other prompts.",
            "With one sample of each prompt it is Wilson's interval and wider than need be.",
            "Near 0 and 100 % it covers 91 to 98 %, because counts are whole, and less with a handful of samples.",
        ),
    ),
    Definition(
        name="wilson_interval",
        key="compile_success_rate_interval",
        summary="Where the rate lies at 95 % if all samples were independent.",
        formula="(p + z²/2n ± z sqrt(p (1 - p)/n + z²/4n²)) / (1 + z²/n), p the rate, n the samples, z = 1.96",
        source="Wilson 1927 (JASA 22, 209-212)",
        unit="percent",
        range="0 to 100",
        better=Better.NEITHER,
        caveats=(
            "Samples of one prompt are not independent: it is too narrow for other prompts and too wide for these; "
            "interval_over_prompts and interval_over_samples answer those questions.",
        ),
    ),
    Definition(
        name="design_effect",
        key=f"{_BEHIND}.design_effect",
        summary="By how many times the variance of the rate over prompts exceeds that of as many independent samples.",
        formula="V / (p (1 - p) / n) with the cluster-robust variance V, the rate p and the number of samples n",
        source="Kish, Survey Sampling, 1965, section 8.2",
        unit="none",
        range="0 up",
        better=Better.NEITHER,
        caveats=(
            "It grows with the samples of each prompt, since more of them add little about other prompts.",
            "Values below 1 are chance.",
        ),
    ),
    Definition(
        name="effective_samples",
        key=f"{_BEHIND}.effective_samples",
        summary="How many independent samples would tell as much about prompts of this kind as these samples do.",
        formula="samples / design_effect, at most all samples",
        source="Kish, Survey Sampling, 1965, section 8.2",
        unit="samples",
        range="0 up",
        better=Better.HIGHER,
        caveats=("More samples per prompt hardly raise it; more prompts do.",),
    ),
    Definition(
        name="intraclass_correlation",
        key=f"{_BEHIND}.intraclass_correlation",
        summary="How alike two samples of one prompt are: how much of the variation lies between prompts.",
        formula="(B - W) / (B + (n0 - 1) W) with the mean squares B between and W within prompts and the mean size n0, "
        "(n - sum n_i² / n) / (prompts - 1); below 0 it is 0",
        source="Donner 1986 (International Statistical Review 54, 67-82)",
        unit="none",
        range="0 to 1",
        better=Better.NEITHER,
        caveats=(
            "It describes suite and model together: prompts that are all easy or all hard for a model give 0.",
        ),
    ),
    Definition(
        name="detectable_difference",
        key=f"{_BEHIND}.detectable[].rise",
        summary="The smallest rise (or fall) of the rate that two runs like this one would show, at a power of 80 or 90 %.",
        formula="The d with d = 1.96 sqrt(V0) + z(power) sqrt(V1): V0 and V1 are the variances of the difference of two "
        "runs on these prompts without and with the change, summed over prompts from the observed rates. A rise "
        "gives each prompt the same share of what it lacks, a fall takes the same share of what it has.",
        source="Fleiss, Levin and Paik, Statistical Methods for Rates and Proportions, 3rd ed. 2003, section 4.2; Woolson, Bean "
        "and Rojas 1986 (Biometrics 42, 927-932)",
        unit="points",
        range="0 to 100",
        better=Better.LOWER,
        caveats=(
            "It is for these prompts, as many samples in both runs, and a two-sided test at 5 % that compares prompt by prompt.",
            "A smaller difference may be real; these samples would often miss it.",
            "In simulation the power is within 3 points of the one printed from 16 prompts with 6 samples on; the fall from a "
            "rate near 0 is less sure, and with one sample of each prompt the figure is too large.",
            "Null where the rate has no room for a change that could be seen.",
        ),
    ),
)
