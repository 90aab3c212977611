//! Names that are no functions of ours: older ones, and those of faker that are not here.

/// The names of the plugin's earlier days, and what they are called since.
const ALIASES: [(&str, &str); 24] = [
    ("randEmail", "internetEmail"),
    ("randFullName", "personFullName"),
    ("randFirstName", "personFirstName"),
    ("randLastName", "personLastName"),
    ("randUserName", "internetUsername"),
    ("randPassword", "internetPassword"),
    ("randUuid", "stringUuid"),
    ("randPhoneNumber", "phoneNumber"),
    ("randCity", "locationCity"),
    ("randCountry", "locationCountry"),
    ("randStreetAddress", "locationStreetAddress"),
    ("randZipCode", "locationZipCode"),
    ("randCompanyName", "companyName"),
    ("randNumber", "numberInt"),
    ("randBoolean", "datatypeBoolean"),
    ("randUrl", "internetUrl"),
    ("randIp", "internetIpv4"),
    ("randWord", "loremWord"),
    ("randSentence", "loremSentence"),
    ("randParagraph", "loremParagraph"),
    ("randText", "loremText"),
    ("randJobTitle", "personJobTitle"),
    ("randColor", "colorHuman"),
    ("randProductName", "commerceProductName"),
];

/// Functions of faker that are not here.
const ABSENT: &[&str] = &[
    "locationPostalAddress",
    "locationLanguage",
    "stringFromCharacters",
    "airlineAirport",
    "airlineAirline",
    "airlineAirplane",
    "animalDog",
    "animalCat",
    "animalSnake",
    "animalBear",
    "animalLion",
    "animalCetacean",
    "animalHorse",
    "animalBird",
    "animalCow",
    "animalFish",
    "animalCrocodilia",
    "animalInsect",
    "animalRabbit",
    "animalRodent",
    "animalType",
    "animalPetName",
    "bookAuthor",
    "bookFormat",
    "bookGenre",
    "bookPublisher",
    "bookSeries",
    "bookTitle",
    "financeCurrency",
    "foodAdjective",
    "foodDescription",
    "foodDish",
    "foodEthnicCategory",
    "foodFruit",
    "foodIngredient",
    "foodMeat",
    "foodSpice",
    "foodVegetable",
    "gitCommitEntry",
    "gitCommitDate",
    "imagePersonPortrait",
    "imageUrlLoremFlickr",
    "imageDataUri",
    "internetJwt",
    "musicAlbum",
    "musicArtist",
    "musicGenre",
    "musicSongName",
    "scienceChemicalElement",
    "scienceUnit",
];

/// What an older name is called since.
pub(crate) fn alias(name: &str) -> Option<&'static str> {
    ALIASES.iter().find(|(old, _)| *old == name).map(|(_, new)| *new)
}

/// Whether faker has a function of that name and we have not.
pub(crate) fn is_of_faker(name: &str) -> bool {
    ABSENT.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fake;

    #[test]
    fn the_document_tells_all_functions() {
        let document = include_str!("../../../../docs/plugins-fake-data.md");
        for name in fake::functions() {
            let options = fake::takes(name).unwrap_or_default();
            let told = match options {
                [] => format!("`{name}`"),
                options => format!("`{name}` ({})", options.join(", ")),
            };
            assert!(document.contains(&told), "{told}");
        }
    }

    #[test]
    fn each_name_is_in_one_place() {
        for (old, new) in ALIASES {
            assert!(fake::takes(new).is_some() && fake::takes(old).is_none(), "{old}");
        }
        for name in ABSENT {
            assert!(fake::takes(name).is_none(), "{name}");
        }
        let mut names: Vec<_> = fake::functions().collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
