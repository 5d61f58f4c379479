-- All of a file, such as a program that a spec runs.

---@param path string
---@return string
return function(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read "*a"
  file:close()
  return text
end
