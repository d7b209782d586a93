// Porcupine under the stopwatch: it reads histories, checks each, and says what the check has cost.
//
// Standard input holds histories one behind the other, as tests/peers/src/porcupine.rs writes them; for
// each, one line of JSON goes out before the next is read. Reading is outside of the clock.
package main

import (
	"bufio"
	"encoding/json"
	"io"
	"log"
	"os"
	"runtime"
	"time"

	"github.com/anishathalye/porcupine"
)

const (
	// Rounds, of which the fastest counts.
	rounds = 9
	// What a round takes at least: short checks are repeated, so that the collector's work is in it.
	roundLeast = 20 * time.Millisecond
	// A check that takes longer is not repeated.
	repeatMost = time.Second
)

// What a check has cost, and what came of it: yes, no, or unknown where it was stopped.
type cost struct {
	Verdict string  `json:"verdict"`
	Seconds float64 `json:"seconds"`
}

func main() {
	runtime.GOMAXPROCS(1)
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := json.NewEncoder(os.Stdout)
	for {
		history, err := read(in)
		if err == io.EOF {
			return
		}
		if err == nil {
			err = out.Encode(measure(history))
		}
		if err != nil {
			log.Fatal(err)
		}
	}
}

func measure(history history) cost {
	var watch watch
	model := watch.over(history.model())
	verdict := "no"
	best := timed(1, func() {
		watch.begin(history.limit)
		if porcupine.CheckEvents(model, history.events) {
			verdict = "yes"
		}
	})
	if watch.spent {
		verdict = "unknown"
	}
	if watch.spent || best > repeatMost {
		return cost{verdict, best.Seconds()}
	}
	model = history.model()
	times := int(roundLeast/(best+time.Microsecond)) + 1
	for round := 0; round < rounds; round++ {
		each := timed(times, func() { porcupine.CheckEvents(model, history.events) })
		if round == 0 || each < best {
			best = each
		}
	}
	return cost{verdict, best.Seconds()}
}

// What something costs, on average over so many times.
func timed(times int, work func()) time.Duration {
	runtime.GC()
	began := now()
	for at := 0; at < times; at++ {
		work()
	}
	return (now() - began) / time.Duration(times)
}
