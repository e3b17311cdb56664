package knead_test

import (
	"testing"
	"time"

	"knead"
)

func TestAPracticeDialsItsOwnNumberOrThatOfItsCountry(t *testing.T) {
	for _, tt := range []struct{ zone, set, want string }{
		{"Europe/Berlin", "", "112"},
		{"Europe/London", "", "999"},
		{"America/New_York", "", "911"},
		{"America/Indiana/Knox", "", "911"},
		{"America/Toronto", "", "911"},
		{"America/Sao_Paulo", "", "112"},
		{"Australia/Perth", "", "000"},
		{"Asia/Seoul", "", "119"},
		{"Asia/Bangkok", "", "1669"},
		{"Asia/Bangkok", "191", "191"},
		{"", "", "112"},
	} {
		if _, err := time.LoadLocation(tt.zone); err != nil {
			t.Errorf("there is no zone %s", tt.zone)
		}
		p := knead.Practice{Zone: tt.zone, Settings: knead.Settings{EmergencyNumber: tt.set}.WithDefaults()}
		if got := p.Emergency(); got != tt.want {
			t.Errorf("a practice in %q that has set %q dials %s, want %s", tt.zone, tt.set, got, tt.want)
		}
	}
}
