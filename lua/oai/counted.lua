-- How many there are of something, in words for people: "1 task", "2 tasks".

---@param count number
---@param one string    what one is called: "task", or with what is said of it, "task is"
---@param many? string  what several are called; nil: as one, with an "s"
---@return string
return function(count, one, many)
  return ("%.14g %s"):format(count, count == 1 and one or many or one .. "s")
end
