/* The numbers of a world, read from a file, and what follows from them alone. */

#ifndef SHOWDOWN_WORLD_H
#define SHOWDOWN_WORLD_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#ifndef CAMPS
#define CAMPS 2
#endif
#ifndef FORCES
#define FORCES 32
#endif
#ifndef TIES
#define TIES 256
#endif
#define FLOOR 1e-3f
#define FREE (-1)

typedef struct {
  int force, towards;
  float pull;
} Tie;

typedef struct {
  int forces, ties;
  float troops[FORCES], mass[FORCES], stakes[FORCES], breakeven[FORCES];
  float leaning[FORCES][CAMPS]; /* backing included */
  int bound[FORCES];            /* FREE, or the side that the force is sworn to */
  int core[CAMPS];
  float materiel[CAMPS], resolve[CAMPS];
  Tie tie[TIES];
  float street_exchange, decisiveness, fog, public_share, first_showing;
} Parameters;

/* What follows from a world's numbers alone, so that no history needs to work it out. */
typedef struct {
  const Parameters *parameters;
  int bound[FORCES], free[FORCES], free_count;
  float weight[FORCES], present_troops, inclination[FORCES][CAMPS];
  Tie tie[TIES]; /* those of force i from first_tie[i] on */
  int first_tie[FORCES + 1];
  float first_pull[FORCES][CAMPS];
  float first_odds[FORCES][CAMPS][CAMPS]; /* rho ln of strength of l over k if it joins k */
} World;

static double number(FILE *file) {
  double found;
  if (fscanf(file, "%lf", &found) != 1) {
    fputs("the parameter file ends too early or holds a word where a number should be\n", stderr);
    exit(1);
  }
  return found;
}

static void read_parameters(const char *path, Parameters *p) {
  FILE *file = fopen(path, "r");
  if (file == NULL) {
    fprintf(stderr, "cannot open the parameter file %s\n", path);
    exit(1);
  }
  p->forces = (int)number(file);
  const int camps = (int)number(file);
  p->ties = (int)number(file);
  if (camps != CAMPS || p->forces > FORCES || p->ties > TIES) {
    fprintf(stderr, "this program was compiled for %d camps and at most %d forces and %d ties\n",
            CAMPS, FORCES, TIES);
    exit(1);
  }
  for (int i = 0; i < p->forces; i++) {
    p->troops[i] = (float)number(file);
    p->mass[i] = (float)number(file);
    p->stakes[i] = (float)number(file);
    p->breakeven[i] = (float)number(file);
    p->bound[i] = (int)number(file);
    for (int k = 0; k < CAMPS; k++) p->leaning[i][k] = (float)number(file);
  }
  for (int k = 0; k < CAMPS; k++) {
    p->core[k] = (int)number(file);
    p->materiel[k] = (float)number(file);
    p->resolve[k] = (float)number(file);
  }
  for (int t = 0; t < p->ties; t++) {
    p->tie[t].force = (int)number(file);
    p->tie[t].towards = (int)number(file);
    p->tie[t].pull = (float)number(file);
  }
  p->street_exchange = (float)number(file);
  p->decisiveness = (float)number(file);
  p->fog = (float)number(file);
  p->public_share = (float)number(file);
  p->first_showing = (float)number(file);
  fclose(file);
}

/* Strengths of the camps with a force of weight `own` taken out and put wholly into `joined`. */
static void strengths_if_joined(const float *total, const float *shown, float own, int joined,
                                float *strength) {
  for (int l = 0; l < CAMPS; l++) {
    strength[l] = fmaxf(total[l] - own * shown[l] + (l == joined ? own : 0.0f), FLOOR);
  }
}

static void prepare(const Parameters *p, World *w) {
  float showing[FORCES][CAMPS], total[CAMPS];
  w->parameters = p;
  w->free_count = 0;
  w->present_troops = 0.0f;
  for (int k = 0; k < CAMPS; k++) total[k] = p->materiel[k];
  for (int i = 0; i < p->forces; i++) {
    w->bound[i] = p->bound[i];
    for (int k = 0; k < CAMPS; k++) {
      if (p->core[k] == i) w->bound[i] = k + 1;
    }
    if (w->bound[i] == FREE) w->free[w->free_count++] = i;
    w->weight[i] = p->troops[i] + p->street_exchange * p->mass[i];
    w->present_troops += p->troops[i];
    float everything = 1.0f;
    for (int k = 0; k < CAMPS; k++) everything += expf(p->leaning[i][k]);
    for (int k = 0; k < CAMPS; k++) {
      w->inclination[i][k] = p->leaning[i][k] - p->stakes[i] * p->breakeven[i];
      showing[i][k] = w->bound[i] == FREE
                          ? p->first_showing * expf(p->leaning[i][k]) / everything
                          : (float)(w->bound[i] == k + 1);
      total[k] += showing[i][k] * w->weight[i];
      w->first_pull[i][k] = 0.0f;
    }
  }
  int placed = 0;
  for (int i = 0; i < p->forces; i++) {
    w->first_tie[i] = placed;
    for (int t = 0; t < p->ties; t++) {
      if (p->tie[t].force != i) continue;
      w->tie[placed++] = p->tie[t];
      for (int k = 0; k < CAMPS; k++) {
        w->first_pull[i][k] += p->tie[t].pull * showing[p->tie[t].towards][k];
      }
    }
  }
  w->first_tie[p->forces] = placed;
  for (int i = 0; i < p->forces; i++) {
    for (int k = 0; k < CAMPS; k++) {
      float strength[CAMPS];
      strengths_if_joined(total, showing[i], w->weight[i], k, strength);
      for (int l = 0; l < CAMPS; l++) {
        w->first_odds[i][k][l] = p->decisiveness * logf(strength[l] / strength[k]);
      }
    }
  }
}

#endif
