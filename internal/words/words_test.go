package words

import "testing"

func TestAFileOfWordsIsReadStrictly(t *testing.T) {
	for _, bad := range []string{"key", "key =", "key = a\nkey = b", "key=a"} {
		if table, err := Read(bad); err == nil {
			t.Errorf("Read(%q) gave %v", bad, table)
		}
	}
}

func TestATextIsFilledOnceAndByName(t *testing.T) {
	table, err := Read("# a remark\n\nmeet = {who} meets {whom}{open\nday.one = {n} day of {year}\nday.other = {n} days of {year}\n")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ got, want string }{
		{table.Say("meet", "whom", "B", "who", "{whom}"), "{whom} meets B"},
		{table.Say("meet", "who", "A"), "A meets {whom}"},
		{table.Say("part"), "part"},
		{table.Count("day", 1, "year", 2000), "1 day of 2000"},
		{table.Count("day", 0, "year", 2000), "0 days of 2000"},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}

// A language may put a word before each item, or the last item first.
func TestAListIsJoinedByTheCataloguesRule(t *testing.T) {
	english, err := Read("list.two = {before} and {after}\nlist.more = {before}, {after}\nlist.last = {before} and {after}\n")
	if err != nil {
		t.Fatal(err)
	}
	other, err := Read("list.two = {after} with {before}\nlist.more = {before}; {after}\nlist.last = {before}; lastly {after}\n")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		items          []string
		english, other string
	}{
		{nil, "", ""},
		{[]string{"a"}, "a", "a"},
		{[]string{"a", "b"}, "a and b", "b with a"},
		{[]string{"a", "b", "c"}, "a, b and c", "a; b; lastly c"},
		{[]string{"a", "b", "c", "{before}"}, "a, b, c and {before}", "a; b; c; lastly {before}"},
	} {
		if got := english.List(tt.items); got != tt.english {
			t.Errorf("%v: got %q, want %q", tt.items, got, tt.english)
		}
		if got := other.List(tt.items); got != tt.other {
			t.Errorf("%v: got %q, want %q", tt.items, got, tt.other)
		}
	}
}
