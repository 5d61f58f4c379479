-- The loop that fits where the program runs, by what its host gives every
-- program: Neovim's, a game's, or that of a plain script.

---@return "uv"|"frame"|"blocking"
return function()
  return type(rawget(_G, "vim")) == "table" and "uv" or type(rawget(_G, "love")) == "table" and "frame" or "blocking"
end
