package main

import (
	"log"
	"syscall"
	"time"

	"github.com/anishathalye/porcupine"
)

// Steps between two looks at the clock.
const stepsBetween = 1 << 14

// Stops a check that has used up its time. Porcupine's own limit is one of the clock on the wall, which
// goes on while others have the processor; so no step fits any more, and its search soon ends.
type watch struct {
	until time.Duration
	steps int
	spent bool
}

func (it *watch) begin(limit time.Duration) {
	*it = watch{until: now() + limit}
}

// The same model, under the watch.
func (it *watch) over(model porcupine.Model) porcupine.Model {
	step := model.Step
	model.Step = func(state, asked, told interface{}) (bool, interface{}) {
		it.steps++
		if it.steps%stepsBetween == 0 && now() > it.until {
			it.spent = true
		}
		if it.spent {
			return false, state
		}
		return step(state, asked, told)
	}
	return model
}

// The processor's time that this process has had so far, the collector's included.
func now() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		log.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
