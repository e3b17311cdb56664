package knead

import "strings"

// EmergencyNumber is dialled where no practice has said another: in Europe, and from most
// mobile phones.
const EmergencyNumber = "112"

// Emergency is the number that the call keys of the practice dial: the one it has set, or
// that of the country where its clocks are.
func (p Practice) Emergency() string {
	if p.Settings.EmergencyNumber != "" {
		return p.Settings.EmergencyNumber
	}
	for _, country := range emergencyNumbers {
		for _, zone := range country.zones {
			if p.Zone == zone || strings.HasSuffix(zone, "/") && strings.HasPrefix(p.Zone, zone) {
				return country.number
			}
		}
	}
	return EmergencyNumber
}

// emergencyNumbers are the countries whose number differs, as the stop screens name them.
// A zone that ends in a stroke stands for all that begin with it.
var emergencyNumbers = []struct {
	number string
	zones  []string
}{
	{"911", []string{ // United States and Canada
		"America/New_York", "America/Detroit", "America/Chicago", "America/Menominee", "America/Denver", "America/Boise", "America/Phoenix",
		"America/Los_Angeles", "America/Anchorage", "America/Juneau", "America/Sitka", "America/Nome", "America/Adak", "America/Metlakatla",
		"America/Yakutat", "America/Indiana/", "America/Kentucky/", "America/North_Dakota/", "Pacific/Honolulu", "US/",
		"America/Toronto", "America/Vancouver", "America/Edmonton", "America/Winnipeg", "America/Regina", "America/Halifax", "America/St_Johns",
		"America/Moncton", "America/Glace_Bay", "America/Goose_Bay", "America/Whitehorse", "America/Iqaluit", "Canada/",
	}},
	{"999", []string{"Europe/London", "Europe/Belfast"}},
	{"000", []string{"Australia/"}},
	{"111", []string{"Pacific/Auckland", "Pacific/Chatham"}},
	{"119", []string{"Asia/Tokyo", "Asia/Seoul"}},
	{"1669", []string{"Asia/Bangkok"}},
}
