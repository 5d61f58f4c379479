/*
** The core itself, as a library that a program has loaded.
*/
#ifndef OAI_MODULE_H
#define OAI_MODULE_H

#if defined(_WIN32)

/* Has the library with this address in it stay loaded for good. */
void module_pin (const void *address);

#else
#include <dlfcn.h>

static inline void module_pin (const void *address)
{
#if defined(RTLD_NODELETE)
  Dl_info info;
  if (dladdr(address, &info) && info.dli_fname)
    dlopen(info.dli_fname, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
#else
  (void)address;
#endif
}

#endif

#endif
