package knead

// Version of Knead, by Semantic Versioning.
const Version = "0.1.0-dev"
