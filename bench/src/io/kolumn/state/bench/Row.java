package io.kolumn.state.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What one case gave: for each side what was measured in each round.
 *
 * @param unit of the values; with {@code /s} more is better, with all else less
 */
record Row(Part part, String storage, String what, String unit, Map<String, List<Round>> sides) {

    /** No number: not measured on this side. */
    static final double NONE = Double.NaN;

    /**
     * What one side did in one round.
     *
     * @param p99 milliseconds that 99 of 100 calls took at most, or {@link #NONE}
     * @param processor milliseconds of processor time of the service for one call, or {@link #NONE}
     */
    record Round(double value, double p99, double processor) {}

    /**
     * A side's number, and how this build's compares with it.
     *
     * @param median of the rounds, or {@link #NONE}
     * @param ratio median of this build's number divided by the side's, round by round, or {@link #NONE}
     * @param lowest of these ratios
     * @param highest of these ratios
     */
    record Figure(double median, double ratio, double lowest, double highest) {

        boolean exists() {
            return !Double.isNaN(median);
        }

        boolean compares() {
            return !Double.isNaN(ratio);
        }
    }

    Row(Part part, String storage, String what, String unit) {
        this(part, storage, what, unit, new LinkedHashMap<>());
    }

    void add(String side, Round round) {
        sides.computeIfAbsent(side, ignored -> new ArrayList<>()).add(round);
    }

    void add(String side, double value) {
        add(side, new Round(value, NONE, NONE));
    }

    /** Returns one figure of a side; its ratio exists if this build, which is the first side, has the number too. */
    Figure figure(String side, ToDoubleFunction<Round> number) {
        List<Round> first = sides.values().iterator().next();
        List<Round> own = sides.getOrDefault(side, List.of());
        List<Double> numbers = own.stream()
                .map(number::applyAsDouble)
                .filter(one -> !one.isNaN())
                .toList();
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < Math.min(first.size(), own.size()); round++) {
            double ratio = number.applyAsDouble(first.get(round)) / number.applyAsDouble(own.get(round));
            if (own != first && Double.isFinite(ratio)) {
                ratios.add(ratio);
            }
        }
        List<Double> sorted = ratios.stream().sorted().toList();
        return new Figure(
                median(numbers),
                median(sorted),
                sorted.isEmpty() ? NONE : sorted.getFirst(),
                sorted.isEmpty() ? NONE : sorted.getLast());
    }

    private static double median(List<Double> numbers) {
        if (numbers.isEmpty()) {
            return NONE;
        }
        List<Double> sorted = numbers.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
