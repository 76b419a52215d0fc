#pragma once

#include <functional>
#include <memory>
#include <utility>

namespace widgetstream::detail {

// What programs instantiate most are the few hundred small parts of smart pointers: these make an object of T behind a
// pointer to its Base without those of a pointer to T. See bench/compile.

/// std::make_unique<T>, as the Base it is given out as.
template <class Base, class T, class... Args>
[[nodiscard]] std::unique_ptr<Base> makeOwned(Args&&... args) {
  return std::unique_ptr<Base>{new T(std::forward<Args>(args)...)};
}

/// The same, shared. Base has a virtual destructor.
template <class Base, class T, class... Args>
[[nodiscard]] std::shared_ptr<Base> makeShared(Args&&... args) {
  return std::shared_ptr<Base>{static_cast<Base*>(new T(std::forward<Args>(args)...))};
}

/// A function without arguments, as an object.
template <class Product>
class Maker {
 public:
  virtual ~Maker() = default;
  [[nodiscard]] virtual std::unique_ptr<Product> make() const = 0;
};

template <class Product, class F>
class MakerOf final : public Maker<Product> {
 public:
  explicit MakerOf(F make) : make_(std::move(make)) {}
  [[nodiscard]] std::unique_ptr<Product> make() const override { return make_(); }

 private:
  F make_;
};

/// `make` as a std::function, whose parts are compiled once for all that make a Product.
template <class Product>
[[nodiscard]] std::function<std::unique_ptr<Product>()> functionOf(std::unique_ptr<const Maker<Product>> maker) {
  return [shared = std::shared_ptr<const Maker<Product>>{std::move(maker)}] { return shared->make(); };
}
template <class Product, class F>
[[nodiscard]] std::function<std::unique_ptr<Product>()> makerFunction(F make) {
  return functionOf<Product>(makeOwned<const Maker<Product>, MakerOf<Product, F>>(std::move(make)));
}

}  // namespace widgetstream::detail
