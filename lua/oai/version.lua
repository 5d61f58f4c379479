-- The version of the library: oai._VERSION, and what servers are told.

return "0.1.0"
