"""The confusions that place taggers are known for; each text is short enough to judge by eye."""

import pytest

from newsclf.places import find_places


def countries_of(name: str, text: str) -> set[str]:
    return {mention.country for mention in find_places(text) if mention.text == name}


@pytest.mark.parametrize(
    ("name", "country", "text"),
    [
        ("Georgia", "US", "Georgia votes in a Senate runoff; turnout in Atlanta was high."),
        ("Georgia", "US", "A tornado hit Georgia and Alabama."),
        ("Georgia", "US", "A deputy was shot near Macon, Georgia."),
        ("Georgia", "GE", "Russian tanks rolled into Georgia."),
        ("Georgia", "GE", "The U.S. secretary of state flew to Georgia to meet its president in Tbilisi."),
        ("Jordan", "JO", "King Abdullah of Jordan met refugees."),
        ("Jordan", "JO", "Jordan and Syria reopened the border."),
        ("Albany", "US", "The legislature in Albany passed the budget."),
        ("Colombia", "CO", "A professor of Columbia University spoke in Colombia."),
        ("Columbia University", "US", "A professor of Columbia University spoke in Colombia."),
        ("British Columbia", "CA", "Wildfires spread in British Columbia."),
        ("District of Columbia", "US", "The District of Columbia sued."),
        ("Washington", "US", "Washington imposed sanctions."),
        ("Washington state", "US", "Fires burned in Washington state."),
        ("Moscow", "RU", "Moscow and Kyiv exchanged prisoners."),
        ("Moscow", "US", "Four students were killed in Moscow, Idaho."),
        ("Moscow", "US", "Police in Moscow said the student was found. Idaho mourns."),
        ("Paris", "FR", "Paris police arrested 40 people."),
        ("Paris", "FR", "Airbus flew a jet from Paris to Dallas."),
        ("Paris", "US", "A tornado hit Paris, Texas."),
        ("West Germany", "DE", "West Germany raised interest rates."),
        ("Congo", "CD", "Congo's army fought M23 rebels near Goma."),
        ("Congo", "CG", "Congo's president spoke in Brazzaville."),
        ("DR Congo", "CD", "DR Congo reports Ebola cases."),
        ("Republic of the Congo", "CG", "The Republic of the Congo exports oil."),
        ("Niger", "NE", "Niger's junta expelled the envoy."),
        ("Nigeria", "NG", "Nigeria's president spoke."),
        ("Nigerien", "NE", "Nigerien troops crossed the river."),
        ("Niger Delta", "NG", "Oil spilled in the Niger Delta."),
        ("Guinea", "GN", "Guinea voted."),
        ("Guinea-Bissau", "GW", "Guinea-Bissau voted."),
        ("Equatorial Guinea", "GQ", "Equatorial Guinea voted."),
        ("Papua New Guinea", "PG", "Papua New Guinea voted."),
        ("Chad", "TD", "Troops from Chad crossed the border."),
        ("MALI", "ML", "Crisis in MALI grows."),
        ("CAIRO", "EG", "CAIRO (Reuters) - A train derailed."),
        ("Turkey", "TR", "Turkey shelled Kurdish positions."),
        ("Indiana", "US", "Indiana hosts the race."),
        ("Indian", "IN", "The Indian army crossed the line."),
        ("Birmingham", "GB", "Bin workers in Birmingham went on strike."),
        ("Birmingham", "US", "A church in Birmingham, Alabama, was bombed."),
        ("Birmingham", "US", "Alabama police searched a house in Birmingham."),
        ("Cambridge", "GB", "Cambridge dons voted."),
        ("Cambridge", "US", "A laboratory in Cambridge, Massachusetts, closed."),
        ("Tripoli", "LY", "Militias fought in Tripoli."),
        ("Tripoli", "LB", "Militias clashed in Tripoli, northern Lebanon."),
        ("Tripoli", "LB", "Lebanese troops entered Tripoli."),
        ("Oman", "OM", "A woman from Oman won."),
        ("China", "CN", "China raised tariffs."),
        ("Polish", "PL", "Polish farmers blocked roads."),
        ("London", "GB", "A fire in London killed two."),
        ("London", "CA", "A fire in London, Ontario, killed two."),
        ("London", "CA", "Ontario police said a London man was charged."),
        ("Santiago", "CL", "Chilean police closed a bridge in Santiago."),
        ("San Jose", "CR", "Costa Rica's president spoke in San Jose."),
        ("San Jose", "US", "Technology firms in San Jose, California, cut jobs."),
        ("Georgetown", "GY", "A bus crashed in Georgetown, Guyana."),
        ("Melbourne", "US", "A rocket part fell near Melbourne, Florida."),
        ("Victoria", "AU", "Fires spread in Victoria, north of Melbourne."),
        ("Korean", "KP", "North Korea fired a missile; Korean officials in Pyongyang said nothing."),
        ("Hyderabad", "PK", "A gas line broke in Hyderabad, Pakistan."),
        ("Hyderabad", "IN", "Police in Hyderabad said the Indian minister was safe."),
        ("Punjab", "PK", "Punjab police searched houses in Lahore."),
        ("Punjab", "IN", "Indian farmers from Punjab marched on Delhi."),
        ("Cordoba", "AR", "Argentina's president spoke in Cordoba."),
        ("Cordoba", "ES", "Spain's king spoke in Cordoba."),
        ("Valencia", "VE", "Venezuelan troops entered Valencia."),
        ("Lebanon", "LB", "Lebanon elected a president."),
        ("Lebanon", "US", "A mill burned down in Lebanon, Pa., on Sunday."),
        ("Palestine", "US", "A train derailed near Palestine, Texas."),
        ("Northern Ireland", "GB", "Northern Ireland's assembly met."),
        ("New Mexico", "US", "New Mexico sued."),
        ("South Sudan", "SS", "South Sudan's army fled."),
        ("Dominican Republic", "DO", "The Dominican Republic closed its border."),
    ],
)
def test_a_name_means_the_country_that_the_text_speaks_for(name: str, country: str, text: str) -> None:
    assert countries_of(name, text) == {country}


@pytest.mark.parametrize(
    "text",
    [
        "Michael Jordan scored 40 points. Jordan later left the court.",
        "Mr Jordan said the bank would close.",
        "Rep. Jordan opened the inquiry.",
        "Jordan Spieth won the tournament.",
        "Chad Smith drums. Chad said so himself.",
        "George Washington crossed the river.",
        "Denzel Washington plays the lead.",
        "Whitney Houston sang.",
        "Abraham Lincoln was shot. Lincoln died the next day.",
        "Janet Jackson and J. Madison met.",
        "Madison Keys won in two sets.",
        "Paris Hilton opened a club.",
        "Sydney Sweeney stars in the film.",
        "Israel Adesanya won the fight.",
        "Jamaica Kincaid wrote the book.",
        "Irving Berlin sang, Jack London wrote and Anatole France read.",
        "Lord Sydney met Lady Florence.",
        "Actress Alyssa Milano spoke.",
        "Alexandria Ocasio-Cortez spoke.",
    ],
)
def test_people_are_not_places(text: str) -> None:
    assert find_places(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Reading is fun. Bath time. Nice try. Mobile phones. Split decision. Male voters. Of course.",
        "Best of all. Most of them. Police came. Orange juice. Enterprise grows. Independence is near.",
        "A cold turkey dinner. Turkey sandwiches were served.",
        "Turkey is best roasted with cranberry stuffing.",
        "Turkish delight and French fries by the French windows.",
        "Fine China stood on the table. The China cabinet broke.",
        "Polish the floor with wax.",
        "Guinea pigs escaped; a guinea pig was found.",
        "She put the china away and went to polish the mobile.",
        "American Indians protested.",
        "A woman normally said so.",
        "Eastern and Western firms went south; Central banks too.",
        "SWAT officers entered the house.",
        "LET US ALL HOPE FOR NICE READING",
    ],
)
def test_words_and_things_are_not_places(text: str) -> None:
    assert find_places(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Pirates struck in the Gulf of Guinea.",
        "The Indian Ocean is warm.",
        "Ships left the South China Sea.",
        "Latin America and North America trade.",
        "The New York Times and The Washington Post reported it.",
        "(Reuters) - Shares fell.",
    ],
)
def test_seas_continents_and_publishers_stand_for_no_country(text: str) -> None:
    assert find_places(text) == ()


@pytest.mark.parametrize(
    ("name", "country", "text"),
    [
        ("Reading", "GB", "A bus crashed in Reading."),
        ("Bath", "GB", "A fire broke out near Bath."),
        ("Nice", "FR", "An attack in Nice killed 86."),
        ("Split", "HR", "A ferry sank off Split, Croatia."),
        ("Mobile", "US", "Shipbuilders in Mobile, Alabama, went on strike."),
        ("Male", "MV", "A man from Male, Maldives, was held."),
        ("Independence", "US", "A school in Independence, Missouri, closed."),
        ("Madison", "US", "Police in Madison, Wisconsin, searched a school."),
        ("Houston", "US", "Floods hit Houston."),
    ],
)
def test_a_word_or_surname_is_a_place_where_the_words_around_say_so(name: str, country: str, text: str) -> None:
    assert countries_of(name, text) == {country}


def test_a_meaning_given_once_holds_for_the_whole_text() -> None:
    text = "Police in Birmingham, Alabama, held a man. Birmingham is calm, said a visitor from England."

    assert countries_of("Birmingham", text) == {"US"}
