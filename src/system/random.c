/*
** Random bytes, where the C library has no call for them: before glibc 2.25
** those of /dev/urandom.
*/
#include "random.h"

#if RANDOM_IS_OURS && !defined(_WIN32)
#include <fcntl.h>
#include <unistd.h>


bool random_fill (void *bytes, size_t length)
{
  int source = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
  bool filled = source >= 0
             && read(source, bytes, length) == (ssize_t)length;
  if (source >= 0)
    close(source);
  return filled;
}

#elif defined(_WIN32)
#include <windows.h>

#include <bcrypt.h>


bool random_fill (void *bytes, size_t length)
{
  return BCryptGenRandom(NULL, bytes, (ULONG)length,
                         BCRYPT_USE_SYSTEM_PREFERRED_RNG) == 0;
}

#endif
