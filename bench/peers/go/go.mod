module presshawk/bench/peers/go

go 1.19

require github.com/petar-dambovaliev/aho-corasick v0.0.0-20250424160509-463d218d4745
