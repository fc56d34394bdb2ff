/* The showdown of docs/mechanisms/showdown.md as a C program: the yardstick of the benchmark.

   Strength by weight, simultaneous order, no signals; everything else of the model: any number of
   camps (-DCAMPS=3), ties, sworn forces, backing, public and private fog, locks, capitulation,
   all measures. As many draws a history as the model makes, at the same cost of addresses: one
   Threefry-2x32-13 call for two histories of a block of 512 at each site.

   Histories lie side by side in gcc's vector types: draws are made for DRAWN of them at a time,
   rounds are run for LANES at a time and stop when those have settled. Sides are 0 for aside and
   count camps from 1.

   gcc -O3 -march=native -ffast-math -fopenmp showdown.c -o showdown -lm
   showdown PARAMETERS WORLDS HISTORIES SEED THREADS
   Histories are rounded up to whole blocks of 512. One line of JSON on stdout. */

#include <omp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "showdown_lanes.h"
#include "showdown_world.h"

#ifndef DRAWN
#define DRAWN 64
#endif
#define GROUPS (DRAWN / LANES)
#define BLOCK 512
#define MOVES_ALLOWED 2

typedef struct {
  Floats temper[FORCES][CAMPS + 1][GROUPS]; /* of a camp: all of its utility that is settled */
  Floats misjudged[FORCES][CAMPS][GROUPS];  /* fog times public and private error */
  Floats winner[CAMPS][GROUPS];
} Draws;

typedef struct {
  Ints side[FORCES], moves[FORCES], left[CAMPS], over, rounds;
  Floats strength[CAMPS];
} Cascade;

/* Every measure and the whole tally are sums over histories. */
typedef struct {
  double wins[CAMPS], strength[CAMPS], capitulations, rounds, margin, division, largest, spent;
  double sided[FORCES][CAMPS + 1];
} Tally;

#define SITES (FORCES * (2 * CAMPS + 1) + 2 * CAMPS)
typedef struct {
  uint32_t key[SITES][2];
} Keys;

static void make_keys(uint64_t seed, Keys *keys) {
  const uint32_t root_key[2] = {(uint32_t)(seed >> 32), (uint32_t)seed};
  for (uint64_t site = 0; site < SITES; site++) {
    const uint64_t hash = ((site + 1) ^ (site + 1) << 30) * 0x9E3779B97F4A7C15u;
    uint32_t first = (uint32_t)(hash >> 32), second = (uint32_t)hash;
    THREEFRY(root_key, first, second, 20);
    keys->key[site][0] = first;
    keys->key[site][1] = second;
  }
}

static inline Words counters(uint32_t from) {
  Words found;
  for (int l = 0; l < LANES; l++) found[l] = from + (uint32_t)l;
  return found;
}

/* The first word of a call is for a history of the block's first half, the second for the one
   256 further on; in `made` they stand half the groups apart. */
static inline void draw_gumbels(const uint32_t *key, uint32_t world, uint32_t from, Floats *made) {
  for (int g = 0; g < GROUPS / 2; g++) {
    Words first = world + (Words){0}, second = counters(from + (uint32_t)(g * LANES));
    THREEFRY(key, first, second, 13);
    made[g] = gumbel(first);
    made[g + GROUPS / 2] = gumbel(second);
  }
}

static inline void draw_normals(const uint32_t *key, uint32_t world, uint32_t from, Floats *made) {
  for (int g = 0; g < GROUPS / 2; g++) {
    Words first = world + (Words){0}, second = counters(from + (uint32_t)(g * LANES));
    THREEFRY(key, first, second, 13);
    normals(first, second, &made[g], &made[g + GROUPS / 2]);
  }
}

static void draw(const World *w, const Keys *keys, uint32_t world, uint32_t from, Draws *d) {
  const Parameters *p = w->parameters;
  const float common = p->fog * sqrtf(p->public_share);
  const float private = p->fog * sqrtf(1.0f - p->public_share);
  const uint32_t(*key)[2] = keys->key;
  Floats rumour[CAMPS][GROUPS], judgement[GROUPS];
  for (int k = 0; k < CAMPS; k++) draw_normals(*key++, world, from, rumour[k]);
  for (int k = 0; k < CAMPS; k++) draw_gumbels(*key++, world, from, d->winner[k]);
  for (int i = 0; i < p->forces; i++) {
    for (int k = 0; k <= CAMPS; k++) draw_gumbels(*key++, world, from, d->temper[i][k]);
    for (int k = 0; k < CAMPS; k++) {
      draw_normals(*key++, world, from, judgement);
      for (int g = 0; g < GROUPS; g++) {
        d->temper[i][k + 1][g] += w->inclination[i][k] - d->temper[i][0][g];
        d->misjudged[i][k][g] = common * rumour[k][g] + private * judgement[g];
      }
    }
  }
}

/* The best side of one force: `odds` [k][l] are the log-odds of camp l over k if it joins k. */
static inline Ints best_response(Floats odds[CAMPS][CAMPS], const Floats *temper,
                                 const Floats *pull, const Ints *left, float stakes) {
  Floats best = {0.0f};
  Ints choice = {0};
  for (int k = 0; k < CAMPS; k++) {
    Floats against = all(1.0f);
    for (int l = 0; l < CAMPS; l++) {
      if (l != k) against += where(left[l], exponential(odds[k][l]));
    }
    const Floats utility = temper[k] + stakes / against + pull[k];
    const Ints better = (utility > best) & left[k];
    choice = (better & (k + 1)) | (~better & choice);
    best = blend(better, utility, best);
  }
  return choice;
}

/* Round 1 answers to the showing at the start, which is the world's: no logarithm is needed. */
static void first_round(const World *w, const Draws *d, int g, Cascade *c) {
  for (int k = 0; k < CAMPS; k++) c->left[k] = ~(Ints){0};
  c->over = (Ints){0};
  c->rounds = 1 + (Ints){0};
  for (int i = 0; i < w->parameters->forces; i++) {
    c->moves[i] = (Ints){0};
    c->side[i] = w->bound[i] + (Ints){0};
  }
  for (int f = 0; f < w->free_count; f++) {
    const int i = w->free[f];
    Floats odds[CAMPS][CAMPS], temper[CAMPS], pull[CAMPS];
    for (int k = 0; k < CAMPS; k++) {
      temper[k] = d->temper[i][k + 1][g];
      pull[k] = all(w->first_pull[i][k]);
      for (int l = 0; l < CAMPS; l++) {
        odds[k][l] = w->first_odds[i][k][l] + (d->misjudged[i][l][g] - d->misjudged[i][k][g]);
      }
    }
    c->side[i] = best_response(odds, temper, pull, c->left, w->parameters->stakes[i]);
    c->moves[i] = (c->side[i] != 0) & 1;
  }
}

static inline void sum_strengths(const World *w, Cascade *c) {
  Floats strength[CAMPS];
  for (int k = 0; k < CAMPS; k++) strength[k] = all(w->parameters->materiel[k]);
  for (int i = 0; i < w->parameters->forces; i++) {
    for (int k = 0; k < CAMPS; k++) {
      strength[k] += where(c->side[i] == k + 1, all(w->weight[i]));
    }
  }
  for (int k = 0; k < CAMPS; k++) c->strength[k] = strength[k];
}

/* A later round: sides are taken. Returns where somebody moved. A force is wholly in a camp or out
   of it, so one logarithm of the camp's strength serves all forces, and only that of the strength
   with the force on its other side is its own. */
static Ints respond(const World *w, const Draws *d, int g, Cascade *c) {
  const float rho = w->parameters->decisiveness;
  Floats power[CAMPS];
  Ints next[FORCES], moved = {0};
  sum_strengths(w, c);
  for (int k = 0; k < CAMPS; k++) power[k] = rho * logarithm(larger(c->strength[k], all(FLOOR)));
  for (int f = 0; f < w->free_count; f++) {
    const int i = w->free[f];
    const Ints side = c->side[i];
    Floats in[CAMPS], out[CAMPS], odds[CAMPS][CAMPS], temper[CAMPS], pull[CAMPS];
    for (int k = 0; k < CAMPS; k++) {
      const Ints there = side == k + 1;
      const Floats own = all(w->weight[i]);
      const Floats otherwise = c->strength[k] + blend(there, -own, own);
      const Floats then = rho * logarithm(larger(otherwise, all(FLOOR)));
      out[k] = blend(there, then, power[k]) + d->misjudged[i][k][g];
      in[k] = blend(there, power[k], then) + d->misjudged[i][k][g];
      temper[k] = d->temper[i][k + 1][g];
      pull[k] = all(0.0f);
    }
    for (int k = 0; k < CAMPS; k++) {
      for (int l = 0; l < CAMPS; l++) odds[k][l] = out[l] - in[k];
    }
    for (int t = w->first_tie[i]; t < w->first_tie[i + 1]; t++) {
      const Ints towards = c->side[w->tie[t].towards];
      for (int k = 0; k < CAMPS; k++) pull[k] += where(towards == k + 1, all(w->tie[t].pull));
    }
    const Ints choice = best_response(odds, temper, pull, c->left, w->parameters->stakes[i]);
    const Ints moves = (choice != side) & (c->moves[i] < MOVES_ALLOWED) & ~c->over;
    next[f] = (moves & choice) | (~moves & side);
    c->moves[i] -= moves;
    moved |= moves;
  }
  for (int f = 0; f < w->free_count; f++) c->side[w->free[f]] = next[f];
  c->rounds -= ~c->over;
  return moved;
}

/* Where all has settled: the camp with the largest shortfall gives up, or everything is over. */
static void give_up(const World *w, const Draws *d, int g, Ints settled, Cascade *c) {
  const Parameters *p = w->parameters;
  Floats strength[CAMPS], largest = {0.0f};
  Ints beaten = {0};
  sum_strengths(w, c);
  for (int k = 0; k < CAMPS; k++) strength[k] = larger(c->strength[k], all(FLOOR));
  for (int k = 0; k < CAMPS; k++) {
    const Floats(*misjudged)[GROUPS] = d->misjudged[p->core[k]];
    Floats against = all(1.0f);
    Ints weaker = {0};
    for (int l = 0; l < CAMPS; l++) {
      if (l == k) continue;
      const Floats odds = p->decisiveness * logarithm(strength[l] / strength[k]);
      against += where(c->left[l], exponential(odds + (misjudged[l][g] - misjudged[k][g])));
      weaker |= c->left[l] & (strength[l] > strength[k]);
    }
    const Floats shortfall = (1.0f - p->resolve[k]) - 1.0f / against;
    const Ints worse = (shortfall > largest) & weaker & c->left[k] & settled;
    beaten = (worse & (k + 1)) | (~worse & beaten);
    largest = blend(worse, shortfall, largest);
  }
  c->over |= settled & (beaten == 0);
  for (int k = 0; k < CAMPS; k++) c->left[k] &= beaten != k + 1;
  for (int i = 0; i < p->forces; i++) {
    const Ints stays = (beaten == 0) | (c->side[i] != beaten);
    c->side[i] &= stays;
    c->moves[i] &= stays;
  }
}

static void cascade(const World *w, const Draws *d, int g, Cascade *c) {
  first_round(w, d, g, c);
  while (any(~c->over)) {
    const Ints settled = ~respond(w, d, g, c) & ~c->over;
    if (any(settled)) give_up(w, d, g, settled, c);
  }
}

/* Draws the winners of finished histories and adds up outcomes and measures. */
static void conclude(const World *w, const Draws *d, int g, Cascade *c, Tally *tally) {
  const Parameters *p = w->parameters;
  const float scale = 1.0f / fmaxf(w->present_troops, FLOOR);
  Floats held[CAMPS + 1] = {{0.0f}}, strength[CAMPS];
  Floats best = all(-1e30f), winning = {0.0f}, everything = {0.0f}, strongest = {0.0f};
  Ints winner = {0}, standing = {0};
  for (int i = 0; i < p->forces; i++) {
    for (int s = 0; s <= CAMPS; s++) {
      const Ints there = c->side[i] == s;
      held[s] += where(there, all(p->troops[i] * scale));
      tally->sided[i][s] += count(there);
    }
  }
  sum_strengths(w, c);
  for (int k = 0; k < CAMPS; k++) {
    strength[k] = larger(c->strength[k], all(FLOOR));
    const Floats value = p->decisiveness * logarithm(strength[k]) + d->winner[k][g];
    const Ints better = (value > best) & c->left[k];
    winner = (better & (k + 1)) | (~better & winner);
    winning = blend(better, strength[k], winning);
    best = blend(better, value, best);
    standing -= c->left[k];
    everything += strength[k];
    strongest = larger(strongest, strength[k]);
  }
  Floats rival = {0.0f}, most = {0.0f}, squares = held[0] * held[0];
  for (int k = 0; k < CAMPS; k++) {
    squares += held[k + 1] * held[k + 1];
    most = larger(most, held[k + 1]);
    rival = larger(rival, where(winner != k + 1, strength[k]));
    tally->wins[k] += count(winner == k + 1);
    tally->strength[k] += sum(strength[k]);
  }
  tally->capitulations += count(standing == 1);
  tally->rounds += sum(__builtin_convertvector(c->rounds, Floats));
  tally->margin += sum(logarithm(winning / rival));
  tally->division += sum(1.0f - squares);
  tally->largest += sum(most);
  tally->spent += sum(where(standing > 1, everything - strongest));
}

static void run_block(const World *w, const Keys *keys, uint32_t world, uint32_t block,
                      Tally *tally) {
  Draws draws;
  Cascade state;
  for (uint32_t half = 0; half < BLOCK / 2; half += DRAWN / 2) {
    draw(w, keys, world, block * (BLOCK / 2) + half, &draws);
    for (int g = 0; g < GROUPS; g++) {
      cascade(w, &draws, g, &state);
      conclude(w, &draws, g, &state, tally);
    }
  }
}

static void add(Tally *sum, const Tally *part) {
  double *into = (double *)sum;
  const double *from = (const double *)part;
  for (size_t i = 0; i < sizeof(Tally) / sizeof(double); i++) into[i] += from[i];
}

int main(int words, char **arguments) {
  if (words != 6) {
    fprintf(stderr, "usage: %s PARAMETERS WORLDS HISTORIES SEED THREADS\n", arguments[0]);
    return 2;
  }
  static Parameters parameters;
  static Keys keys;
  static Tally total;
  read_parameters(arguments[1], &parameters);
  const long worlds = atol(arguments[2]);
  const long blocks = (atol(arguments[3]) + BLOCK - 1) / BLOCK;
  omp_set_num_threads(atoi(arguments[5]));
  const double start = omp_get_wtime();
  make_keys(strtoull(arguments[4], NULL, 10), &keys);
#pragma omp parallel
  {
    Tally own;
    memset(&own, 0, sizeof own);
#pragma omp for schedule(dynamic, 4)
    for (long world = 0; world < worlds; world++) {
      World prepared;
      prepare(&parameters, &prepared);
      for (long block = 0; block < blocks; block++) {
        run_block(&prepared, &keys, (uint32_t)world, (uint32_t)block, &own);
      }
    }
#pragma omp critical
    add(&total, &own);
  }
  const double seconds = omp_get_wtime() - start;
  const double histories = (double)worlds * (double)blocks * BLOCK;
  printf("{\"histories\": %.0f, \"seconds\": %.6f, \"wins\": [", histories, seconds);
  for (int k = 0; k < CAMPS; k++) printf("%s%.0f", k ? ", " : "", total.wins[k]);
  printf("], \"strength\": [");
  for (int k = 0; k < CAMPS; k++) printf("%s%.6f", k ? ", " : "", total.strength[k] / histories);
  printf("], \"capitulation\": %.6f, \"rounds\": %.6f, \"margin\": %.6f, \"division\": %.6f, ",
         total.capitulations / histories, total.rounds / histories, total.margin / histories,
         total.division / histories);
  printf("\"largest_share\": %.6f, \"spent\": %.6f}\n", total.largest / histories,
         total.spent / histories);
  return 0;
}
