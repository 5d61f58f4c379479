/*
** Runs a command and prints what it used: CPU seconds (user and system),
** wall seconds, and its largest resident set in KB. The command's output is
** dropped. Usage: usage COMMAND [ARGUMENTS]
*/
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>


static double now (void)
{
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}


static double seconds (const struct timeval *t)
{
  return (double)t->tv_sec + (double)t->tv_usec * 1e-6;
}


static void become (char **command)
{
  int nowhere = open("/dev/null", O_WRONLY);
  dup2(nowhere, STDOUT_FILENO);
  execvp(command[0], command);
  _exit(127);
}


int main (int argc, char **argv)
{
  struct rusage used;
  double started = now();
  int status;
  pid_t child;
  if (argc < 2)
    return 2;
  child = fork();
  if (child == 0)
    become(argv + 1);
  if (child < 0 || wait4(child, &status, 0, &used) != child)
    return 1;
  printf("%.6f %.6f %ld\n", seconds(&used.ru_utime) + seconds(&used.ru_stime),
         now() - started, used.ru_maxrss);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
