-- Each number is the sum of the two before it.
local function fibonacci(n)
  return n < 2 and n or fibonacci(n - 1) + fibonacci(n - 2)
end

print(fibonacci(50))
