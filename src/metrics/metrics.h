#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace prometheus {
class Counter;
class Gauge;
}  // namespace prometheus

namespace enks::metrics {

// A number that only grows while the process lives. Thread-safe; costs one atomic addition.
class Counter {
 public:
  void Add(double amount = 1);

 private:
  friend class Metrics;
  explicit Counter(prometheus::Counter* counter) : counter_(counter) {}
  prometheus::Counter* counter_;
};

// A number that goes up and down. Thread-safe.
class Gauge {
 public:
  void Set(double value);

 private:
  friend class Metrics;
  explicit Gauge(prometheus::Gauge* gauge) : gauge_(gauge) {}
  prometheus::Gauge* gauge_;
};

// Names and values of labels. A value is a word of ours or what an operator configured, never what
// a stranger sent: nothing could bound their number, and people read them.
using Labels = std::vector<std::pair<std::string, std::string>>;

// All the numbers of one process. Thread-safe. Counters and gauges are handles that are valid as
// long as it is; asking for one again, with the same labels in any order, gives the same number.
class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  // `name` and the names of labels are as Prometheus wants them: [a-z_][a-z0-9_]*; a counter's name
  // ends in _total. `help` is a sentence, and the same whenever the name is.
  Counter MakeCounter(const std::string& name, const std::string& help, const Labels& labels = {});
  Gauge MakeGauge(const std::string& name, const std::string& help, const Labels& labels = {});

  // Everything in the text format 0.0.4 of Prometheus.
  std::string Text() const;

 private:
  struct Registry;
  std::unique_ptr<Registry> registry_;
};

}  // namespace enks::metrics
