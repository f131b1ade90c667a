"""M/M/c as SimPy's own examples write it: a process per customer that requests a Resource, waits out its service and
releases it. Reads customers, servers and load from the command line; prints processor seconds and the mean wait in mean
service times."""

import random
import sys
import time

import simpy


def source(env, servers, customers, load, waits):
    for _ in range(customers):
        env.process(customer(env, servers, waits))
        yield env.timeout(random.expovariate(servers.capacity * load))


def customer(env, servers, waits):
    arrived = env.now
    with servers.request() as request:
        yield request
        waits.append(env.now - arrived)
        yield env.timeout(random.expovariate(1.0))


def main():
    customers, capacity, load = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    random.seed(1)
    env = simpy.Environment()
    waits = []
    env.process(source(env, simpy.Resource(env, capacity=capacity), customers, load, waits))
    begun = time.process_time()
    env.run()
    print(time.process_time() - begun, sum(waits) / len(waits), simpy.__version__)


main()
