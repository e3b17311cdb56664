package plan

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// someLots draws a few lots, so few that everything can be tried.
func someLots(t *rapid.T) []lot {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) lot {
		return lot{
			ways: rapid.SliceOfN(rapid.Custom(func(t *rapid.T) way {
				gain := rapid.SliceOfN(rapid.IntRange(-3, 20), 1, 6).Draw(t, "gain")
				for m := range gain {
					if m == 0 || rapid.IntRange(0, 2).Draw(t, "hole") == 0 {
						gain[m] = impossible
					}
				}
				return way{poses: uint8(rapid.IntRange(0, 7).Draw(t, "poses")), gain: gain}
			}), 1, 2).Draw(t, "ways"),
			must: rapid.IntRange(0, 4).Draw(t, "must") == 0, after: uint8(rapid.SampledFrom([]int{0, 0, 0, 1, 2, 5}).Draw(t, "after")),
		}
	}), 0, 4).Draw(t, "lots")
}

// everyChoice tries all ways to have the lots, one after the other, and gives the most
// for each set of poses and number of minutes.
func everyChoice(lots []lot, minutes int) map[uint8][]int {
	best := map[uint8][]int{}
	var try func(i int, poses uint8, used, gain int)
	try = func(i int, poses uint8, used, gain int) {
		if used > minutes {
			return
		}
		if i == len(lots) {
			if best[poses] == nil {
				best[poses] = slices.Repeat([]int{impossible}, minutes+1)
			}
			best[poses][used] = max(best[poses][used], gain)
			return
		}
		if !lots[i].must {
			try(i+1, poses, used, gain)
		}
		if lots[i].after&^poses != 0 {
			return
		}
		for _, w := range lots[i].ways {
			for m, more := range w.gain {
				if more != impossible {
					try(i+1, poses|w.poses, used+m, gain+more)
				}
			}
		}
	}
	try(0, 0, 0, 0)
	return best
}

func TestTheSearchFindsWhatTryingEverythingFinds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lots := someLots(t)
		minutes := rapid.IntRange(0, 16).Draw(t, "minutes")
		every := everyChoice(lots, minutes)
		var d desk
		used, up := d.fill(lots, minutes, exactly), d.fill(lots, minutes, atMost)
		for poses := range uint8(waysOfPoses) {
			most := impossible
			for m := range minutes + 1 {
				want := impossible
				if every[poses] != nil {
					want = every[poses][m]
				}
				most = max(most, want)
				if got := used.most(poses, m); got != want {
					t.Fatalf("exactly %d minutes, poses %03b: %d, trying everything %d", m, poses, got, want)
				}
				if got := up.most(poses, m); got != most {
					t.Fatalf("up to %d minutes, poses %03b: %d, trying everything %d", m, poses, got, most)
				}
			}
			if most != impossible {
				checkPick(t, up, lots, poses, minutes, most)
			}
		}
	})
}

// checkPick holds that the parts that are picked are allowed and gain what was promised.
func checkPick(t *rapid.T, tally *tally, lots []lot, poses uint8, minutes, most int) {
	var in uint8
	used, gain := 0, 0
	for i, p := range tally.pick(len(lots), poses, minutes) {
		if !p.taken {
			if lots[i].must {
				t.Fatalf("lot %d must be taken and is not", i)
			}
			continue
		}
		if lots[i].after&^in != 0 {
			t.Fatalf("lot %d comes before the poses that it needs", i)
		}
		w := lots[i].ways[p.way]
		in, used, gain = in|w.poses, used+p.minutes, gain+w.gain[p.minutes]
	}
	if in != poses || used > minutes || gain != most {
		t.Fatalf("picked poses %03b, %d minutes, gain %d; promised %03b, up to %d, %d", in, used, gain, poses, minutes, most)
	}
}
