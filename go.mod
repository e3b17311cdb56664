module knead

go 1.26
