"""Fair mappings from the labels of other collections to those of the taxonomy."""

# The ten sections of Wikipedia's current-events portal, by what the portal puts there in practice; a theme stands in
# each section where its stories are filed.
SECTIONS: dict[str, tuple[str, ...]] = {
    "Armed conflicts and attacks": (
        "War & Armed Conflict",
        "Terrorism",
        "Crimes against Humanity",
        "US & NATO Military Policy",
        "Militarization & Weapons of Mass Destruction",
    ),
    "Arts and culture": ("Culture & History", "Religion", "Media & Disinformation", "Education"),
    "Business and economy": (
        "Economy & Finance",
        "Business",
        "Labour",
        "Oil & Energy",
        "Sanctions & Trade",
        "Food & Agriculture",
        "Poverty & Social Inequality",
    ),
    "Disasters and accidents": ("Disasters & Accidents",),
    "Health and environment": ("Health", "Environment & Climate", "Food & Agriculture"),
    "International relations": (
        "Diplomacy & International Relations",
        "Sanctions & Trade",
        "US & NATO Military Policy",
        "Militarization & Weapons of Mass Destruction",
        "Migration & Refugees",
        "Intelligence & Espionage",
    ),
    "Law and crime": (
        "Law & Justice",
        "Crime",
        "Human Rights & Civil Liberties",
        "Intelligence & Espionage",
        "Cybersecurity",
        "Migration & Refugees",
        "Terrorism",  # plots foiled, suspects arrested and tried
        "Crimes against Humanity",  # tribunals
    ),
    "Politics and elections": ("Politics & Elections", "Protest & Civil Unrest"),
    "Science and technology": ("Science & Technology", "Cybersecurity"),
    "Sports": ("Sport",),
}
# The events of MUC-3 and MUC-4 that are terror or attack reports, against IRRELEVANT.
ATTACKS = frozenset({"TERRORIST ACT", "ATTACK", "BOMBING", "KIDNAPPING", "ARSON"})
ATTACK_THEMES = ("Terrorism", "War & Armed Conflict", "Crime")
