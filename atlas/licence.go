package atlas

// The licence of the data; the code has another one. See the file LICENSE beside it.
const (
	Licence    = "CC-BY-4.0" // SPDX identifier
	LicenceURL = "https://creativecommons.org/licenses/by/4.0/"
)

// Cite is how the data are cited: which version of them, written by which Knead.
func (a *Atlas) Cite(program string) string {
	return "Knead atlas, version " + a.Version + " (Knead " + program + "). Licensed under CC BY 4.0, " + LicenceURL
}

// Credit is what stands beside the data wherever they are shown or shared.
const Credit = "Knead atlas, CC BY 4.0" //nolint:gosec // words of credit, not credentials
