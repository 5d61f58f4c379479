std = "min"
max_line_length = 120
exclude_files = { "build" }
files["spec"] = { std = "+busted" }
files[".busted"] = { std = "min" }
files["lua/oai/types"] = { max_line_length = false, unused = false } -- for editors, never loaded
files[".ci"] = { std = "max" }
