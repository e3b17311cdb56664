package knead

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"knead/body"
)

func TestReportNamesEachRegionOnceAndJoinsTheMidline(t *testing.T) {
	got := regionReports([]body.RegionSide{
		{Region: "temple", Side: body.Right},
		{Region: "sternum", Side: body.Left},
		{Region: "temple", Side: body.Right},
		{Region: "sternum", Side: body.Right},
		{Region: "temple", Side: body.Left},
		{Region: "sternum", Side: body.Left},
	})
	want := []RegionReport{{"temple", "right"}, {"sternum", "midline"}, {"temple", "left"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("regions (-want +got):\n%s", diff)
	}
}
