// The schedule construction of the engine as a plain native program, to measure the engine against: the
// recurrence set by set, with the same tables, compiled with -O3. Reads the words that bench/native.ts
// writes: the number of layers, then per layer its rows and columns of sets, whether it is a base layer, its
// copies, the number of its sources, and per source its layer, its row table and its column table.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <vector>

struct Source {
  int layer;
  std::vector<int32_t> rows, columns;
};

struct Layer {
  int rows, columns, isBase, copies;
  std::vector<Source> sources;
  std::vector<int32_t> times;  // behind as many zeros as there are copies
};

static std::vector<Layer> readLayers(const char* path) {
  std::vector<int32_t> words;
  FILE* file = fopen(path, "rb");
  for (int32_t word; fread(&word, 4, 1, file) == 1;) words.push_back(word);
  fclose(file);
  size_t at = 0;
  std::vector<Layer> layers(words[at++]);
  for (Layer& layer : layers) {
    layer.rows = words[at++];
    layer.columns = words[at++];
    layer.isBase = words[at++];
    layer.copies = words[at++];
    layer.sources.resize(words[at++]);
    for (Source& source : layer.sources) {
      source.layer = words[at++];
      for (int r = 0; r < layer.rows; r++) source.rows.push_back(words[at++]);
      for (int c = 0; c < layer.columns; c++) source.columns.push_back(words[at++]);
    }
    layer.times.assign(layer.copies + (size_t)layer.rows * layer.columns, 0);
  }
  return layers;
}

static const int32_t* rowOf(const std::vector<Layer>& layers, const Source& source, int r) {
  const Layer& from = layers[source.layer];
  return from.times.data() + from.copies + (size_t)source.rows[r] * from.columns;
}

static void scheduleOneSource(const std::vector<Layer>& layers, Layer& layer) {
  int32_t* finish = layer.times.data() + layer.copies;
  const Source& source = layer.sources[0];
  int32_t start = 0;
  for (int r = 0, k = 0; r < layer.rows; r++) {
    const int32_t* row = rowOf(layers, source, r);
    for (int c = 0; c < layer.columns; c++, k++) {
      start = std::max(start, std::max(row[source.columns[c]], finish[k - layer.copies]));
      finish[k] = start + 1;
    }
  }
}

static void scheduleSources(const std::vector<Layer>& layers, Layer& layer) {
  int32_t* finish = layer.times.data() + layer.copies;
  int32_t start = 0;
  for (int r = 0, k = 0; r < layer.rows; r++) {
    for (int c = 0; c < layer.columns; c++, k++) {
      int32_t ready = 0;
      for (const Source& source : layer.sources) {
        if (source.rows[r] < 0 || source.columns[c] < 0) continue;
        ready = std::max(ready, rowOf(layers, source, r)[source.columns[c]]);
      }
      if (!layer.isBase) {
        finish[k] = ready;
        continue;
      }
      start = std::max(start, std::max(ready, finish[k - layer.copies]));
      finish[k] = start + 1;
    }
  }
}

static bool readsEverywhere(const Layer& layer) {
  if (!layer.isBase || layer.sources.size() != 1) return false;
  const Source& source = layer.sources[0];
  auto isThere = [](int32_t entry) { return entry >= 0; };
  return std::all_of(source.rows.begin(), source.rows.end(), isThere) &&
         std::all_of(source.columns.begin(), source.columns.end(), isThere);
}

int main(int, char** arguments) {
  std::vector<Layer> layers = readLayers(arguments[1]);
  std::vector<bool> isPlain;
  for (const Layer& layer : layers) isPlain.push_back(readsEverywhere(layer));
  std::vector<double> seconds;
  for (int run = 0; run < 2000; run++) {
    auto begin = std::chrono::steady_clock::now();
    for (size_t i = 0; i < layers.size(); i++) {
      if (isPlain[i]) scheduleOneSource(layers, layers[i]);
      else scheduleSources(layers, layers[i]);
    }
    seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  }
  std::sort(seconds.begin(), seconds.end());
  int32_t cycles = 0;
  for (const Layer& layer : layers) {
    if (layer.isBase) cycles = std::max(cycles, layer.times.back());
  }
  printf("{\"cycles\": %d, \"secondsPerRun\": %.9f}\n", cycles, seconds[seconds.size() / 2]);
}
