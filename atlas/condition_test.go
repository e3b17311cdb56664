package atlas

import (
	"slices"
	"strings"
	"testing"
)

// What somebody must find about every condition, whatever it is.
func TestEveryConditionSaysWhenNotToMassageAndWhomToSee(t *testing.T) {
	conditions := Standard().Conditions
	if len(conditions) < 40 {
		t.Errorf("%d conditions, want at least 40", len(conditions))
	}
	for _, c := range conditions {
		careful := slices.ContainsFunc(c.Phases, func(p Phase) bool { return p.Verdict == "forbidden" })
		if !careful {
			t.Errorf("%s: %s has no phase in which massage is forbidden", c.Place, c.ID)
		}
		urgent := slices.ContainsFunc(c.Refer, func(s string) bool {
			return strings.Contains(s, "today") || strings.Contains(s, "emergency number")
		})
		if !urgent || len(c.Refer) < 3 {
			t.Errorf("%s: %s must say in at least three lines whom to see, one of them today or at once", c.Place, c.ID)
		}
		if len(c.Evidence) == 0 || len(c.Home) == 0 || len(c.Cautions) == 0 || len(c.Screening) == 0 {
			t.Errorf("%s: %s lacks evidence, cautions, home care or screening", c.Place, c.ID)
		}
	}
}

// The conditions that other pages refer to by their ids.
func TestConditionsThatOthersReferToAreThere(t *testing.T) {
	for id := range strings.FieldsSeq(`tension-headache migraine temporomandibular-disorder neck-pain whiplash
		frozen-shoulder rotator-cuff-pain tennis-elbow golfers-elbow carpal-tunnel upper-back-pain
		low-back-pain-acute low-back-pain-chronic sciatica deep-gluteal-pain hip-bursitis it-band-pain
		knee-osteoarthritis kneecap-pain hamstring-strain calf-strain ankle-sprain plantar-heel-pain
		achilles-pain rheumatoid-arthritis fibromyalgia hypermobility osteoporosis delayed-soreness
		stress-and-anxiety pregnancy cancer after-surgery overuse muscle-cramp`) {
		if _, ok := Standard().Condition(ConditionID(id)); !ok {
			t.Errorf("condition %s is gone", id)
		}
	}
}
